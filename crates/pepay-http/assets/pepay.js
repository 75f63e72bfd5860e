// Pepay on a merchant's own page: the checkout in a frame, within the page or over it.
//
//   Pepay.checkout({ sessionToken, signature, baseUrl?, locale?, theme? }) → .mount('#el'), .open(), .on('paid', fn)
//
// A classic script without dependencies. It makes no inline style or script, so it works under a strict policy that
// admits its origin in script-src and frame-src. Messages are taken from the frame and its origin only.
(() => {
  'use strict';

  const SOURCE = 'pepay';
  const EVENTS = ['ready', 'resize', 'payment_detected', 'paid', 'expired', 'closed', 'error'];
  const READY_MS = 15_000; // A frame that says nothing for so long was refused, or its server is away.
  const LEAST_PX = 480; // Height until the frame tells its own.
  const OWN = new URL(document.currentScript?.src ?? location.href).origin;
  const WORDS = {
    en: ['Payment', 'Close', 'The payment could not be shown here.', 'Open it in a new window'],
    es: ['Pago', 'Cerrar', 'No se ha podido mostrar el pago aquí.', 'Abrirlo en una ventana nueva'],
    pt: ['Pagamento', 'Fechar', 'Não foi possível mostrar o pagamento aqui.', 'Abrir numa nova janela'],
    fr: ['Paiement', 'Fermer', 'Le paiement n’a pas pu être affiché ici.', 'L’ouvrir dans une nouvelle fenêtre'],
    de: ['Zahlung', 'Schließen', 'Die Zahlung konnte hier nicht angezeigt werden.', 'In einem neuen Fenster öffnen'],
    zh: ['付款', '关闭', '无法在此处显示付款。', '在新窗口中打开'],
    ar: ['الدفع', 'إغلاق', 'تعذّر عرض الدفع هنا.', 'فتح في نافذة جديدة'],
  };
  const SHEET = `
    dialog { box-sizing: border-box; width: min(100vw, 34rem); max-width: 100vw; height: min(100dvh, 50rem); max-height: 100dvh; margin: auto; padding: 0; border: 0; border-radius: 18px; overflow: hidden; background: Canvas; color: CanvasText; box-shadow: 0 24px 64px rgb(0 0 0 / 35%); font: 16px/1.5 system-ui, sans-serif; }
    dialog::backdrop { background: rgb(10 14 22 / 60%); }
    .frame { height: 100%; overflow: auto; }
    .close { position: absolute; z-index: 1; inset-block-start: .5rem; inset-inline-end: .5rem; width: 2.5rem; height: 2.5rem; border: 0; border-radius: 50%; background: Canvas; color: CanvasText; font: 700 1.25rem/1 system-ui, sans-serif; cursor: pointer; }
    .close:focus-visible { outline: 3px solid; outline-offset: -3px; }
    @media (max-width: 34rem) { dialog { height: 100dvh; border-radius: 0; } }
  `;

  function text(value, name) {
    if (typeof value !== 'string' || value === '') throw new TypeError(`Pepay.checkout needs ${name}`);
    return value;
  }

  function style(node, rules) {
    for (const [name, value] of Object.entries(rules)) node.style.setProperty(name, value);
    return node;
  }

  class Checkout {
    #base;
    #query;
    #words;
    #listeners = new Map(EVENTS.map((event) => [event, new Set()]));
    #frame = null;
    #dialog = null;
    #timer = 0;
    #heard = (event) => this.#hear(event);

    constructor(options = {}) {
      const { sessionToken, signature, baseUrl = OWN, locale, theme } = options;
      this.#base = new URL(baseUrl);
      this.#query = new URLSearchParams({ session: text(sessionToken, 'sessionToken'), signature: text(signature, 'signature') });
      if (locale) this.#query.set('lang', locale);
      if (theme) this.#query.set('theme', theme);
      const language = (locale ?? navigator.language ?? 'en').split(/[-_]/)[0].toLowerCase();
      this.#words = WORDS[language] ?? WORDS.en;
    }

    /** Calls fn with what happened; gives a function that ends this. */
    on(event, fn) {
      const listeners = this.#listeners.get(event);
      if (!listeners) throw new TypeError(`Pepay has no event ${event}; it has ${EVENTS.join(', ')}`);
      listeners.add(fn);
      return () => listeners.delete(fn);
    }

    /** Puts the checkout into an element, given itself or by a selector. */
    mount(target) {
      const place = typeof target === 'string' ? document.querySelector(target) : target;
      if (!(place instanceof Element)) throw new TypeError(`Pepay found no element ${target}`);
      this.#clear();
      place.replaceChildren(this.#framed());
      return this;
    }

    /** Shows the checkout over the page. The page behind can not be reached until it is closed. */
    open() {
      if (this.#dialog) return this;
      this.#clear();
      const host = document.createElement('pepay-checkout');
      const root = host.attachShadow({ mode: 'open' });
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(SHEET);
      root.adoptedStyleSheets = [sheet];
      const dialog = document.createElement('dialog');
      dialog.setAttribute('aria-label', this.#words[0]);
      const close = document.createElement('button');
      Object.assign(close, { type: 'button', className: 'close', textContent: '×', onclick: () => this.close() });
      close.setAttribute('aria-label', this.#words[1]);
      const box = document.createElement('div');
      box.className = 'frame';
      box.append(this.#framed());
      dialog.append(close, box);
      // Escape; the browser would close it unasked.
      dialog.addEventListener('cancel', (event) => {
        event.preventDefault();
        this.close();
      });
      root.append(dialog);
      document.body.append(host);
      this.#dialog = { host, dialog, overflow: document.documentElement.style.overflow };
      style(document.documentElement, { overflow: 'hidden' });
      dialog.showModal();
      return this;
    }

    /** Closes what open() showed. The payment goes on: money that is on its way is counted. */
    close() {
      if (!this.#dialog) return this;
      this.#clear();
      this.#tell('closed', {});
      return this;
    }

    /** Takes the checkout off the page. */
    unmount() {
      this.#clear();
      return this;
    }

    #framed() {
      const frame = document.createElement('iframe');
      const query = new URLSearchParams(this.#query);
      query.set('origin', location.origin);
      Object.assign(frame, { title: this.#words[0], allow: 'clipboard-write', referrerPolicy: 'no-referrer' });
      frame.src = `${this.#base.origin}${this.#path('/pay/embed')}?${query}`;
      style(frame, { display: 'block', width: '100%', height: `${LEAST_PX}px`, border: '0' });
      this.#frame = frame;
      addEventListener('message', this.#heard);
      this.#timer = setTimeout(() => this.#refused(), READY_MS);
      return frame;
    }

    #path(path) {
      return `${this.#base.pathname.replace(/\/$/, '')}${path}`;
    }

    #hear({ origin, source, data }) {
      if (origin !== this.#base.origin || source !== this.#frame?.contentWindow || data?.source !== SOURCE) return;
      const { type, source: _, ...detail } = data;
      if (type === 'close') this.close();
      if (!EVENTS.includes(type)) return;
      if (type === 'ready') this.#ready();
      if (type === 'resize') style(this.#frame, { height: `${Math.max(1, Math.ceil(Number(detail.height) || LEAST_PX))}px` });
      this.#tell(type, detail);
    }

    #ready() {
      clearTimeout(this.#timer);
      if (!this.#dialog) return;
      this.#frame.focus();
      this.#frame.contentWindow.postMessage({ source: SOURCE, type: 'focus' }, this.#base.origin);
    }

    // The page may not frame the checkout, the link is wrong, or the server is away: the payor can still pay elsewhere.
    #refused() {
      const link = document.createElement('a');
      Object.assign(link, { target: '_blank', rel: 'noopener noreferrer', textContent: this.#words[3] });
      link.href = `${this.#base.origin}${this.#path('/pay')}?${this.#query}`;
      const note = style(document.createElement('p'), { padding: '3rem 1.5rem', margin: '0', 'text-align': 'center' });
      note.setAttribute('role', 'alert');
      note.append(`${this.#words[2]} `, link);
      this.#frame.replaceWith(note);
      this.#frame = note;
      this.#tell('error', { code: 'not_shown' });
    }

    #clear() {
      clearTimeout(this.#timer);
      removeEventListener('message', this.#heard);
      this.#frame?.remove();
      this.#frame = null;
      if (!this.#dialog) return;
      const { host, dialog, overflow } = this.#dialog;
      this.#dialog = null;
      dialog.close(); // Gives the focus back to where it was.
      host.remove();
      style(document.documentElement, { overflow });
    }

    #tell(event, detail) {
      for (const listener of this.#listeners.get(event)) listener({ type: event, ...detail });
    }
  }

  globalThis.Pepay = Object.freeze({ checkout: (options) => new Checkout(options) });
})();
