// The receipt: prints itself, and tells its time in the payor's own.

const when = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: 'long', timeStyle: 'short', numberingSystem: 'latn' });
for (const time of document.querySelectorAll('time[data-at]')) {
  const at = new Date(Number(time.dataset.at) * 1000);
  time.dateTime = at.toISOString();
  time.textContent = when.format(at);
}

const print = document.querySelector('[data-do="print"]');
print.hidden = false;
print.addEventListener('click', () => globalThis.print());
