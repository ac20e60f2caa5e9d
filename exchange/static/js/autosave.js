// Keeps what is typed into a lesson's form, a second after typing stops and when the page is left.
(() => {
  const form = document.querySelector("form[data-autosave]");
  const line = document.getElementById("kept");
  if (!form || !line) return;
  let timer = 0;
  let dirty = false;
  let sent = false;

  const post = (keepalive) => {
    dirty = false;
    return fetch(form.dataset.autosave, {
      method: "POST",
      body: new URLSearchParams(new FormData(form)),
      keepalive,
    });
  };

  const keep = async () => {
    try {
      const answer = await post(false);
      if (answer.redirected || answer.status === 403) line.textContent = form.dataset.signedOut;
      else if (answer.ok || answer.status === 422) line.textContent = (await answer.text()) || "";
      else throw new Error(String(answer.status));
    } catch {
      dirty = true;
      line.textContent = form.dataset.failed;
    }
  };

  form.addEventListener("input", () => {
    dirty = true;
    clearTimeout(timer);
    timer = setTimeout(keep, 1000);
  });
  form.addEventListener("submit", (event) => {
    if (event.submitter?.hasAttribute("formaction")) return;
    sent = true;
    clearTimeout(timer);
  });
  addEventListener("pageshow", () => {
    sent = false;
  });
  addEventListener("pagehide", () => {
    clearTimeout(timer);
    if (dirty && !sent) post(true).catch(() => {});
  });
})();
