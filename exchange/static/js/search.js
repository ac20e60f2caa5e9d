// Folds the filters on a phone; the page works without it.
{
  const facets = document.getElementById("facets");
  if (facets && matchMedia("(max-width: 55.99rem)").matches) facets.open = false;
}
