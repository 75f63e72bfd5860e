// The page's elements by name, its texts, and the few ways they change. Text is only ever set as text, never as markup.

const found = new Map();
const said = JSON.parse(document.querySelector('[data-said]')?.dataset.said ?? '{}');
const rtl = document.documentElement.dir === 'rtl';

/** The element marked data-f="name"; null when this page has none. */
export function f(name) {
  if (!found.has(name)) found.set(name, document.querySelector(`[data-f="${name}"]`));
  return found.get(name);
}

/** A text in the page's language, its gaps filled in one pass; from right to left each value is isolated. */
export function say(name, gaps = {}) {
  return said[name].replace(/\{(\w+)\}/g, (_, gap) => (rtl ? `\u2068${gaps[gap]}\u2069` : gaps[gap]));
}

export function text(name, value) {
  const node = f(name);
  if (node.textContent !== value) node.textContent = value;
}

export function show(name, yes) {
  const node = f(name);
  if (node) node.hidden = !yes;
}

/** Text that is there only when it says something. */
export function note(name, value) {
  text(name, value);
  show(name, value !== '');
}

/** A new element: el('li', { className: 'x' }, 'text', child). */
export function el(tag, props, ...children) {
  const node = Object.assign(document.createElement(tag), props);
  node.append(...children.filter((child) => child !== null));
  return node;
}

/** Says something to screen readers without moving anything. */
export function announce(message) {
  text('live', message);
}

export const notice = (message) => note('notice', message);

/** What went wrong with a call, for the payor: never in the server's own English. */
export function told(error) {
  if (error.code === 'NETWORK') return say('offline');
  return said[error.code] ?? say('failed');
}

/** Milliseconds as 1 d 02:03:04, 2:03:04 or 3:04. */
export function clock(ms) {
  const seconds = Math.max(0, Math.ceil(ms / 1000));
  const two = (value) => String(value).padStart(2, '0');
  const [days, hours] = [Math.floor(seconds / 86400), Math.floor(seconds / 3600) % 24];
  const [minutes, rest] = [Math.floor(seconds / 60) % 60, seconds % 60];
  if (days > 0) return `${say('days', { n: days })} ${two(hours)}:${two(minutes)}:${two(rest)}`;
  return hours > 0 ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}

/** 49.990000 as 49.99: the same number, as text. */
export function trimZeros(decimal) {
  return decimal.includes('.') ? decimal.replace(/0+$/, '').replace(/\.$/, '') : decimal;
}

/** What this tab remembers of one invoice. Storage may be forbidden; then a reload simply forgets. */
export class Memory {
  #key;

  constructor(key) {
    this.#key = `pepay.${key}`;
  }

  get() {
    try { return sessionStorage.getItem(this.#key) ?? ''; } catch { return ''; }
  }

  set(value) {
    try { sessionStorage.setItem(this.#key, value); } catch { /* see above */ }
  }
}

/** Copies through the clipboard API, or by selection where the page is not on a secure origin. */
export async function copy(value) {
  try {
    await navigator.clipboard.writeText(value);
    return true;
  } catch {
    const area = el('textarea', { value, readOnly: true, className: 'sr' });
    const before = document.activeElement;
    document.body.append(area);
    area.select();
    const done = document.execCommand('copy');
    area.remove();
    before?.focus();
    return done;
  }
}
