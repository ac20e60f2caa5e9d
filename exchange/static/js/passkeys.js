// Shows what needs a passkey where the browser has them, and says in words what went wrong with one.
(() => {
  const line = document.getElementById("passkey-trouble");
  if (!line) return;
  for (const part of document.querySelectorAll("[data-passkey]")) part.hidden = !window.PublicKeyCredential;
  const words = { NotAllowedError: line.dataset.ended, InvalidStateError: line.dataset.known };
  document.addEventListener("allauth.error", (event) => {
    event.preventDefault();
    line.textContent = words[event.detail.exception.name] ?? line.dataset.failed;
    line.hidden = false;
  });
})();
