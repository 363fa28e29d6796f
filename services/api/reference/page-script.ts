/** Search, copy buttons and opening what a link points to; the page is complete without it. */
export const PAGE_SCRIPT = `
const form = document.querySelector('form[role=search]');
const input = document.getElementById('search');
const found = document.getElementById('found');
const items = [...document.querySelectorAll('main [data-search]')];
const links = [...document.querySelectorAll('nav [data-search]')];
const groups = [...document.querySelectorAll('main .group')];
const start = document.getElementById('start');
form.hidden = false;
form.addEventListener('submit', (event) => {
  event.preventDefault();
  const first = items.find((item) => !item.hidden);
  if (first) { location.hash = first.id; open(); }
});
function search() {
  const words = input.value.toLowerCase().split(/\\s+/).filter(Boolean);
  const fits = (item) => words.every((word) => item.dataset.search.includes(word));
  let count = 0;
  for (const item of items) { item.hidden = !fits(item); if (!item.hidden) count++; }
  for (const link of links) link.hidden = !fits(link);
  for (const group of groups) group.hidden = !group.querySelector('[data-search]:not([hidden])');
  start.hidden = words.length > 0;
  found.textContent = words.length === 0 ? '' : count === 0
    ? 'Nothing fits \\u201c' + input.value + '\\u201d. Try a noun such as entries, alerts or proof, or an event type such as artifact.pushed.'
    : count === 1 ? '1 match' : count + ' matches';
}
input.addEventListener('input', search);
document.addEventListener('keydown', (event) => {
  const typing = event.target instanceof HTMLInputElement;
  if (event.key === '/' && !typing && !event.ctrlKey && !event.metaKey) { event.preventDefault(); input.focus(); }
  if (event.key === 'Escape' && typing) { input.value = ''; search(); input.blur(); }
});
for (const button of document.querySelectorAll('button.copy')) {
  if (!navigator.clipboard) break;
  button.hidden = false;
  button.addEventListener('click', async () => {
    await navigator.clipboard.writeText(button.previousElementSibling.textContent);
    button.textContent = 'Copied';
    setTimeout(() => { button.textContent = 'Copy'; }, 1500);
  });
}
function open() {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (!target) return;
  if (target.hidden) { input.value = ''; search(); }
  if (target instanceof HTMLDetailsElement) target.open = true;
  target.scrollIntoView();
}
addEventListener('hashchange', open);
open();
`;
