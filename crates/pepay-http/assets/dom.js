// The page's elements by name, and the few ways they change. Text is only ever set as text, never as markup.

const found = new Map();

/** The element marked data-f="name". */
export function f(name) {
  if (!found.has(name)) found.set(name, document.querySelector(`[data-f="${name}"]`));
  return found.get(name);
}

export function text(name, value) {
  const node = f(name);
  if (node.textContent !== value) node.textContent = value;
}

export function show(name, yes) {
  f(name).hidden = !yes;
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

export function notice(message) {
  text('notice', message);
  show('notice', message !== '');
}

/** Milliseconds as 1 d 02:03:04, 2:03:04 or 3:04. */
export function clock(ms) {
  const seconds = Math.max(0, Math.ceil(ms / 1000));
  const two = (value) => String(value).padStart(2, '0');
  const [days, hours] = [Math.floor(seconds / 86400), Math.floor(seconds / 3600) % 24];
  const [minutes, rest] = [Math.floor(seconds / 60) % 60, seconds % 60];
  if (days > 0) return `${days} d ${two(hours)}:${two(minutes)}:${two(rest)}`;
  return hours > 0 ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}

/** 49.990000 as 49.99: the same number, as text. */
export function trimZeros(decimal) {
  return decimal.includes('.') ? decimal.replace(/0+$/, '').replace(/\.$/, '') : decimal;
}

/** Copies through the clipboard API, or by selection where the page is not on a secure origin. */
export async function copy(value) {
  try {
    await navigator.clipboard.writeText(value);
    return true;
  } catch {
    const area = el('textarea', { value, readOnly: true, className: 'sr' });
    document.body.append(area);
    area.select();
    const done = document.execCommand('copy');
    area.remove();
    return done;
  }
}
