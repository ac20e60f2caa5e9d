// Keeps what is typed into a lesson's form: a second after typing stops, when the page is left, and again when
// the connection, the session or the server is back. One text is on its way at a time, and the last one wins.
(() => {
  const form = document.querySelector("form[data-autosave]");
  const line = document.getElementById("kept");
  const door = document.getElementById("sign-in-again");
  if (!form || !line) return;
  const words = form.dataset;
  const fragment = { "HX-Request": "true" };
  const again = 10000;
  let timer = 0;
  let dirty = false;
  let sent = false;
  let checked = false;
  let pending = 0;
  let last = Promise.resolve();
  let note = "";

  const post = (how) =>
    fetch(words.autosave, {
      method: "POST",
      headers: fragment,
      body: new URLSearchParams(new FormData(form)),
      ...how,
    });
  // What hangs must not hold up what is typed after it.
  const patiently = () => post({ signal: AbortSignal.timeout(2 * again) });

  const say = (text, { isKept = false, isSignedOut = false } = {}) => {
    line.textContent = [note, text].filter(Boolean).join(" ");
    line.classList.toggle("not-kept", !isKept);
    door.hidden = !isSignedOut;
  };

  // Who signs in again in another tab has a new secret against forgery; this page still holds the old one.
  const renew = async () => {
    const answer = await fetch(words.new, { headers: fragment });
    if (!answer.ok) return answer;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    // What one person typed is not for whoever else has signed in meanwhile.
    const person = page.querySelector("form[data-autosave]")?.dataset.person;
    if (person !== words.person) return new Response(null, { status: 403 });
    const token = page.querySelector("[name=csrfmiddlewaretoken]").value;
    for (const field of document.querySelectorAll("[name=csrfmiddlewaretoken]")) field.value = token;
    document.body.setAttribute("hx-headers", JSON.stringify({ "X-CSRFToken": token }));
    return answer;
  };

  // Saved or gone elsewhere: what stands here goes on under a name of its own, so that it is kept and can be saved.
  const part = (isGone) => {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
    const key = hex.replace(/(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
    form.elements.nonce.value = key;
    if ("lesson" in words && !isGone) return;
    delete words.lesson;
    words.autosave = words.autosave.replace(/[0-9a-f-]{36}/, key);
    form.setAttribute("action", words.new);
  };

  const offer = async () => {
    let answer = await patiently();
    if (answer.status === 403) {
      answer = await renew();
      if (answer.ok) answer = await patiently();
    }
    if (answer.status === 404 || answer.status === 410) {
      const isGone = answer.status === 404;
      note = isGone ? words.gone : await answer.text();
      part(isGone);
      answer = await patiently();
    }
    return answer;
  };

  // Tells whether the page may be left for the answer to its form: where that would lose the text, it stays.
  const attempt = async () => {
    if (!dirty) return true;
    dirty = false;
    try {
      const answer = await offer();
      if (answer.ok || answer.status === 422) {
        say(await answer.text(), { isKept: answer.ok });
        return true;
      }
      dirty = true;
      const stays = { 401: words.signedOut, 403: words.refused, 413: words.tooLarge }[answer.status];
      say(stays ?? words.trouble, { isSignedOut: answer.status === 401 });
      if (!stays) timer = setTimeout(keep, again);
      return !stays;
    } catch {
      dirty = true;
      say(words.failed);
      timer = setTimeout(keep, again);
      return false;
    }
  };

  const keep = () => {
    clearTimeout(timer);
    pending += 1;
    last = last.then(attempt).finally(() => {
      pending -= 1;
    });
    return last;
  };

  form.addEventListener("input", () => {
    dirty = true;
    clearTimeout(timer);
    timer = setTimeout(keep, sent ? again : 1000);
  });
  form.addEventListener("submit", async (event) => {
    const { submitter } = event;
    if (submitter?.hasAttribute("formaction")) return;
    // What is not kept yet is kept first: saving may lead to the sign-in page.
    if (!checked && (dirty || pending)) {
      event.preventDefault();
      if (!(await keep())) return;
      checked = true;
      form.requestSubmit(submitter);
      return;
    }
    checked = false;
    sent = true;
    clearTimeout(timer);
  });
  document.querySelector("form.restored")?.addEventListener("submit", () => {
    sent = true;
    clearTimeout(timer);
  });
  addEventListener("pageshow", () => {
    sent = false;
  });
  for (const back of ["focus", "online"]) addEventListener(back, () => dirty && keep());
  addEventListener("pagehide", () => {
    clearTimeout(timer);
    if (sent || !(dirty || pending)) return;
    // Browsers let little outlive its page; more is sent as long as the page lasts.
    const length = String(new URLSearchParams(new FormData(form))).length;
    post({ keepalive: length < 60000 }).catch(() => {});
  });
})();
