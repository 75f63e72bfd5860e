// What a page gains from a script: the open menu, where one is, an outline, buttons that copy, quiet colours in code.

const main = document.querySelector('main');
const menu = document.querySelector('.menu');
const chapters = document.querySelector('#chapters');

document.documentElement.classList.add('scripted');
menu.hidden = false;
menu.addEventListener('click', () => {
  menu.setAttribute('aria-expanded', String(chapters.classList.toggle('open')));
});

const here = location.pathname.endsWith('/') ? `${location.pathname}index.html` : location.pathname;
for (const link of chapters.querySelectorAll('a')) {
  if (link.pathname === here) link.setAttribute('aria-current', 'page');
}

const headings = [...main.querySelectorAll('h2[id]')];
if (headings.length > 1) {
  const outline = document.querySelector('#outline');
  for (const heading of headings) {
    const link = outline.appendChild(document.createElement('a'));
    link.href = `#${heading.id}`;
    link.textContent = heading.textContent;
  }
  outline.hidden = false;
}

const WORDS = {
  sh: 'cd curl echo export jq npm npx node cargo pepay sudo systemctl psql pg_dump pg_restore if then fi for do done',
  js: 'import from export const let function async await return for of if else new throw class true false null',
  rust: 'use let mut fn async await pub struct impl match if else for in while return move true false',
  toml: 'true false',
  json: 'true false null',
};
WORDS.ts = WORDS.js;
WORDS.html = WORDS.js;
WORDS.bash = WORDS.sh;

// A comment needs white space before it, so that no url is one.
const COMMENTS = { sh: '#.*', bash: '#.*', toml: '#.*', ini: '#.*', nginx: '#.*', caddy: '#.*', js: '//.*', ts: '//.*', rust: '//.*' };

function paint(code, language) {
  const comment = COMMENTS[language];
  const words = WORDS[language]?.split(' ').join('|');
  const parts = [
    comment && `(?<c>(?<![^\\s])${comment})`,
    `(?<s>"(?:[^"\\\\\\n]|\\\\.)*"|'(?:[^'\\\\\\n]|\\\\.)*'|\`(?:[^\`\\\\]|\\\\.)*\`)`,
    words && `(?<k>(?<![\\w.-])(?:${words})(?![\\w-]))`,
  ];
  const pattern = new RegExp(parts.filter(Boolean).join('|'), 'gm');
  const text = code.textContent;
  const nodes = [];
  let at = 0;
  for (const match of text.matchAll(pattern)) {
    const span = document.createElement('span');
    span.className = ['c', 's', 'k'].find((name) => match.groups[name]);
    span.textContent = match[0];
    nodes.push(text.slice(at, match.index), span);
    at = match.index + match[0].length;
  }
  code.replaceChildren(...nodes, text.slice(at));
}

for (const code of main.querySelectorAll('pre > code')) {
  const language = [...code.classList].find((name) => name.startsWith('language-'))?.slice(9).split(',')[0];
  if (language && language !== 'text') paint(code, language);
  code.tabIndex = 0; // So that the keyboard can scroll it.
  const button = code.parentElement.appendChild(document.createElement('button'));
  button.type = 'button';
  button.className = 'copy';
  button.textContent = 'Copy';
  button.addEventListener('click', async () => {
    await navigator.clipboard.writeText(code.textContent).then(
      () => { button.textContent = 'Copied'; },
      () => { button.textContent = 'Not allowed'; },
    );
    setTimeout(() => { button.textContent = 'Copy'; }, 2000);
  });
}
