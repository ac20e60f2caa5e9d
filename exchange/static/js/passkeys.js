// Shows the forms that need a passkey where the browser has them, hands them to allauth's script by the name in
// data-passkey, and says in words what went wrong. allauth's script stands before this one.
for (const form of document.querySelectorAll("form[data-passkey]")) {
  if (!window.PublicKeyCredential) break;
  const { credential, passwordless } = form.elements;
  const button = form.querySelector("button").id;
  const ids = { credential: credential.id, passwordless: passwordless?.id, data: "js_data" };
  window.allauth.webauthn.forms[form.dataset.passkey]({ ids: { ...ids, login: button, add: button, authenticate: button } });
  form.hidden = false;
}
document.addEventListener("allauth.error", (event) => {
  const line = document.getElementById("passkey-trouble");
  const words = { NotAllowedError: line.dataset.ended, InvalidStateError: line.dataset.known };
  event.preventDefault();
  line.textContent = words[event.detail.exception.name] ?? line.dataset.failed;
  line.hidden = false;
});
