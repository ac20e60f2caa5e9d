// Keeps what is typed into a lesson's form: a second after typing stops, when the page is left, and again
// when a lost connection or a lost session is back.
(() => {
  const form = document.querySelector("form[data-autosave]");
  const line = document.getElementById("kept");
  const door = document.getElementById("sign-in-again");
  if (!form || !line) return;
  const fragment = { "HX-Request": "true" };
  let timer = 0;
  let dirty = false;
  let sent = false;
  let checked = false;

  const post = (keepalive) =>
    fetch(form.dataset.autosave, {
      method: "POST",
      headers: fragment,
      body: new URLSearchParams(new FormData(form)),
      keepalive,
    });

  const say = (text, signedOut = false) => {
    line.textContent = text;
    door.hidden = !signedOut;
  };

  // Who signs in again in another tab has a new secret against forgery; this page still holds the old one.
  const renew = async () => {
    const answer = await fetch(location.href, { headers: fragment });
    if (!answer.ok) return answer;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    // What one person typed is not for whoever else has signed in meanwhile.
    const person = page.querySelector("form[data-autosave]")?.dataset.person;
    if (person !== form.dataset.person) return new Response(null, { status: 403 });
    const token = page.querySelector("[name=csrfmiddlewaretoken]").value;
    for (const field of document.querySelectorAll("[name=csrfmiddlewaretoken]")) field.value = token;
    document.body.setAttribute("hx-headers", JSON.stringify({ "X-CSRFToken": token }));
    return answer;
  };

  const keep = async () => {
    clearTimeout(timer);
    dirty = false;
    try {
      let answer = await post(false);
      if (answer.status === 403) {
        answer = await renew();
        if (answer.ok) answer = await post(false);
      }
      if (answer.ok || answer.status === 422) return say(await answer.text());
      dirty = true;
      if (answer.status === 401) say(form.dataset.signedOut, true);
      else if (answer.status === 403) say(form.dataset.refused);
      else throw new Error(String(answer.status));
    } catch {
      dirty = true;
      say(form.dataset.failed);
      timer = setTimeout(keep, 10000);
    }
  };

  form.addEventListener("input", () => {
    dirty = true;
    clearTimeout(timer);
    timer = setTimeout(keep, 1000);
  });
  form.addEventListener("submit", async (event) => {
    if (event.submitter?.hasAttribute("formaction")) return;
    // What is not kept yet is kept first: saving may lead to the sign-in page.
    if (!checked && (dirty || !door.hidden)) {
      const { submitter } = event;
      event.preventDefault();
      await keep();
      checked = door.hidden;
      if (checked) form.requestSubmit(submitter);
      return;
    }
    checked = false;
    sent = true;
    clearTimeout(timer);
  });
  addEventListener("pageshow", () => {
    sent = false;
  });
  for (const back of ["focus", "online"]) addEventListener(back, () => dirty && keep());
  addEventListener("pagehide", () => {
    clearTimeout(timer);
    if (dirty && !sent) post(true).catch(() => {});
  });
})();
