// The search box: every section whose text holds all the words, titles first. The list is fetched on first use.

const box = document.querySelector('#find');
const list = document.querySelector('#found');
const SHOWN = 12;
const CONTEXT = 60; // Characters before and after the first hit.
let sections;
let chosen = -1;

async function load() {
  sections ??= fetch(box.dataset.index).then((response) => response.json());
  return sections;
}

function rank(section, words) {
  const title = `${section.title} ${section.page}`.toLowerCase();
  const text = section.text.toLowerCase();
  let score = 0;
  for (const word of words) {
    if (section.title.toLowerCase().includes(word)) score += 8;
    else if (title.includes(word)) score += 3;
    else if (!text.includes(word)) return 0;
    score += Math.min(text.split(word).length - 1, 4);
  }
  return score;
}

function excerpt(text, word) {
  const at = text.toLowerCase().indexOf(word);
  if (at < 0) return text.slice(0, CONTEXT * 2);
  const from = Math.max(0, at - CONTEXT);
  return `${from ? '…' : ''}${text.slice(from, at + CONTEXT)}…`;
}

function entry(section, words, at) {
  const item = document.createElement('li');
  const link = item.appendChild(document.createElement('a'));
  item.id = `found-${at}`;
  item.setAttribute('role', 'option');
  item.setAttribute('aria-selected', 'false');
  link.href = section.url;
  link.tabIndex = -1;
  link.append(section.title === section.page ? section.title : `${section.page}: ${section.title}`);
  link.appendChild(document.createElement('small')).textContent = excerpt(section.text, words[0]);
  return item;
}

function show(items) {
  chosen = -1;
  list.replaceChildren(...items);
  list.hidden = items.length === 0;
  box.setAttribute('aria-expanded', String(!list.hidden));
  box.removeAttribute('aria-activedescendant');
}

async function search() {
  const words = box.value.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return show([]);
  const ranked = (await load()).map((section) => ({ section, score: rank(section, words) }));
  const best = ranked.filter(({ score }) => score > 0).sort((a, b) => b.score - a.score).slice(0, SHOWN);
  if (best.length > 0) return show(best.map(({ section }, at) => entry(section, words, at)));
  const none = document.createElement('li');
  none.className = 'none';
  none.textContent = 'Nothing found.';
  return show([none]);
}

function choose(step) {
  const options = [...list.querySelectorAll('[role=option]')];
  if (options.length === 0) return;
  options[chosen]?.setAttribute('aria-selected', 'false');
  chosen = (chosen + step + options.length) % options.length;
  options[chosen].setAttribute('aria-selected', 'true');
  options[chosen].scrollIntoView({ block: 'nearest' });
  box.setAttribute('aria-activedescendant', options[chosen].id);
}

document.querySelector('.find').hidden = false;
box.addEventListener('input', search);
box.addEventListener('keydown', (event) => {
  if (event.key === 'Escape') show([]);
  else if (event.key === 'ArrowDown') choose(1);
  else if (event.key === 'ArrowUp') choose(chosen < 0 ? 0 : -1);
  else if (event.key === 'Enter') (list.querySelector('[aria-selected=true] a') ?? list.querySelector('a'))?.click();
  else return;
  event.preventDefault();
});
document.addEventListener('keydown', (event) => {
  const typing = event.target.closest('input, textarea, [contenteditable]');
  if (event.key === '/' && !typing && !event.ctrlKey && !event.metaKey) {
    event.preventDefault();
    box.focus();
  }
});
document.addEventListener('click', (event) => {
  if (!event.target.closest('.find')) show([]);
});
