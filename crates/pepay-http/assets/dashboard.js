// Comfort only: every page works without this file.

const local = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });

// Times in the reader's own zone; the page says UTC.
for (const node of document.querySelectorAll('time[datetime]')) {
  const at = new Date(node.dateTime);
  if (Number.isNaN(at.getTime())) continue;
  node.title = node.textContent.trim();
  node.textContent = local.format(at);
}

// Buttons that copy what stands beside them.
for (const button of document.querySelectorAll('button[data-copy]')) {
  const source = document.getElementById(button.dataset.copy);
  const words = button.textContent;
  button.hidden = false;
  button.addEventListener('click', async () => {
    await copy(source);
    button.textContent = 'Copied';
    setTimeout(() => { button.textContent = words; }, 2000);
  });
}

async function copy(source) {
  try {
    await navigator.clipboard.writeText(source.textContent.trim());
  } catch {
    const range = document.createRange();
    range.selectNodeContents(source);
    const selection = getSelection();
    selection.removeAllRanges();
    selection.addRange(range);
    document.execCommand('copy');
  }
}

// A form is sent once.
for (const form of document.querySelectorAll('form[method="post"]')) {
  form.addEventListener('submit', (event) => {
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = 'yes';
    setTimeout(() => { delete form.dataset.sent; }, 5000);
  });
}

// A menu closes when the reader goes elsewhere.
const menu = document.querySelector('details.menu');
if (menu) {
  document.addEventListener('click', (event) => { if (!menu.contains(event.target)) menu.open = false; });
  menu.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') {
      menu.open = false;
      menu.querySelector('summary').focus();
    }
  });
}

// The first field that was refused.
document.querySelector('[aria-invalid]')?.focus();
