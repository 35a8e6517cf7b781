// What a program can find wrong with a page as it stands. It is evaluated inside the page, so it imports nothing and leaves one function behind.
/* global document, getComputedStyle, innerWidth, innerHeight, Node, NodeFilter */

const SLACK_PX = 1.5;
/** Smaller than this on the screen, nobody reads it. */
const SMALL_PX = 9;
const DIALOGS = '.ant-modal-wrap, .ant-drawer, .ant-dropdown, .ant-popover, .ant-tooltip, .ant-select-dropdown, .ant-picker-dropdown, .ant-message';
const CJK = /[\u3400-\u9fff]/;
const raw = [
  [/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/, 'a UUID'],
  [/\b(connection|job|person|department|group|run|change|account|held):[\w-]+/, 'a reference'],
  [/\bundefined\b|\[object Object\]|\bNaN\b|Invalid Date|\{\{|\}\}|^null$/, 'a slip of the program'],
  [/(?<!\+)\b\d{13}\b/, 'epoch milliseconds'],
  [/\btributary (?!admin reset\b|compact\b)[a-z]+\b/, 'a command'],
  [/\b(?:policy|trigger|scope|onError|notices)\.[a-zA-Z.]+/, 'the path of a setting'],
  [/\b\d{4}-\d\d-\d\dT\d\d:\d\d/, 'a moment as machines write it'],
];

const shortened = (text) => text.replaceAll(/\s+/g, ' ').trim().slice(0, 90);
const nameOf = (element) =>
  `${element.tagName.toLowerCase()}${typeof element.className === 'string' && element.className ? `.${element.className.split(' ').slice(0, 2).join('.')}` : ''}`;

function* textNodes() {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode())
    if (node.nodeValue.trim() !== '' && !['SCRIPT', 'STYLE', 'NOSCRIPT', 'OPTION'].includes(node.parentElement.tagName)) yield node;
}

const isSeen = (element) => element.checkVisibility({ visibilityProperty: true, opacityProperty: true });

function rectsOf(node) {
  const range = document.createRange();
  range.selectNodeContents(node);
  return [...range.getClientRects()].filter((rect) => rect.width > 0 && rect.height > 0);
}

/** What cuts the text off, if anything does: null, or a sentence. */
function cutBy(element, rects) {
  const left = Math.min(...rects.map((rect) => rect.left));
  const right = Math.max(...rects.map((rect) => rect.right));
  const bottom = Math.max(...rects.map((rect) => rect.bottom));
  for (let at = element; at && at !== document.body; at = at.parentElement) {
    const style = getComputedStyle(at);
    const box = at.getBoundingClientRect();
    const clips = (value) => value === 'hidden' || value === 'clip';
    if ((clips(style.overflowX) || clips(style.overflowY)) && (box.width <= 2 || box.height <= 2)) return null;
    // Pushed aside by hand; tabs are, too.
    if (style.overflowX === 'auto' || style.overflowX === 'scroll' || at.classList.contains('ant-tabs-nav-wrap')) return null;
    const isWide = clips(style.overflowX) && (right > box.right + SLACK_PX || left < box.left - SLACK_PX);
    const isHigh = clips(style.overflowY) && bottom > box.bottom + 3;
    // A row of a long list has one height; where what lies over it tells the whole (`ui/tells-whole.ts`), nothing is lost.
    if (isWide && element.closest('[role=row]')?.querySelector('[data-tells-whole]')) return null;
    if (isWide || isHigh) return element.closest('[title]') || at.querySelector('[title]') ? null : `cut by ${nameOf(at)}${isHigh && !isWide ? ', below' : ''}`;
    if (style.position === 'fixed') break;
  }
  return right > innerWidth + SLACK_PX || left < -SLACK_PX ? 'beyond the edge of the screen' : null;
}

function coveredBy(element, rects) {
  if (document.querySelector('.ant-modal-wrap:not([style*="none"]), .ant-drawer-open') && !element.closest(DIALOGS)) return null;
  const [rect] = rects;
  // For ears alone.
  if (element.getBoundingClientRect().width <= 2) return null;
  const [x, y] = [rect.left + rect.width / 2, rect.top + rect.height / 2];
  if (x < 0 || y < 0 || x > innerWidth || y > innerHeight) return null;
  // Scrolled out of its list.
  for (let at = element.parentElement; at; at = at.parentElement) {
    const box = at.getBoundingClientRect();
    if (getComputedStyle(at).overflowY === 'auto' && (y > box.bottom || y < box.top)) return null;
  }
  const top = document.elementFromPoint(x, y);
  if (!top || top.contains(element) || element.contains(top) || top.closest(DIALOGS)) return null;
  // A control lies over its own words; a bar that stays in sight lies over what is scrolled.
  if (element.closest('label, button, a, [role=row], [role=radio], [role=tab], .ant-select, .react-flow, li')?.contains(top)) return null;
  for (let at = top; at; at = at.parentElement) if (['sticky', 'fixed'].includes(getComputedStyle(at).position)) return null;
  return nameOf(top);
}

/**
 * @param known `texts`: whole texts that the other language has and this one has not; `keys`: first words of keys of texts
 * @returns rows of `kind` and `what`
 */
globalThis.lookOver = ({ language, texts, keys }) => {
  const found = [];
  const say = (kind, what) => void found.push({ kind, what });
  const foreign = new Set(texts);
  const key = new RegExp(`^(${keys.join('|')})(\\.[a-zA-Z_-]+)+$`);
  const judge = (text, where) => {
    for (const [pattern, what] of raw) if (pattern.test(text)) say('raw', `${what}: ${shortened(text)}${where}`);
    if (key.test(text.trim())) say('raw', `a key: ${shortened(text)}${where}`);
    if (foreign.has(text.trim())) say('language', `not translated: ${shortened(text)}${where}`);
    else if (language === 'zh' && !CJK.test(text) && /[a-z]+ [a-z]+ [a-z]+/.test(text)) say('language', `no Chinese: ${shortened(text)}${where}`);
    else if (language === 'en' && /[，。；：？！]/.test(text)) say('language', `Chinese marks: ${shortened(text)}${where}`);
  };
  if (document.documentElement.scrollWidth > document.documentElement.clientWidth)
    say('sideways', `the page is ${document.documentElement.scrollWidth - document.documentElement.clientWidth} px too wide`);
  for (const node of textNodes()) {
    const element = node.parentElement;
    if (!isSeen(element) || element.closest('[aria-hidden=true], a[href="#content"]')) continue;
    const rects = rectsOf(node);
    if (rects.length === 0) continue;
    judge(node.nodeValue, '');
    const cut = cutBy(element, rects);
    if (cut) say('cut', `${shortened(node.nodeValue)} (${nameOf(element)}): ${cut}`);
    if (rects[0].height < SMALL_PX) say('small', `${shortened(node.nodeValue)}: ${rects[0].height.toFixed(1)} px high`);
    const cover = coveredBy(element, rects);
    if (cover) say('covered', `${shortened(node.nodeValue)} (${nameOf(element)}): below ${cover}`);
  }
  for (const element of document.querySelectorAll('[title], [aria-label], [placeholder], [alt]')) {
    if (!isSeen(element) || element.closest('[aria-hidden=true]')) continue;
    for (const name of ['title', 'aria-label', 'placeholder', 'alt']) {
      const text = element.getAttribute(name);
      if (text) judge(text, ` (${name})`);
    }
  }
  const main = document.querySelector('main');
  if (main && !main.querySelector('a[href], button:not([disabled]), input, [role=treeitem], summary')) say('dead end', 'nothing on the page leads on');
  const heading = document.querySelectorAll('h1');
  if (heading.length !== 1) say('heading', `${heading.length} headings of the first rank`);
  const shift = globalThis.shifts ?? { sum: 0, what: [] };
  if (shift.sum > 0.05) say('jump', `${shift.sum.toFixed(2)}: ${[...new Set(shift.what)].slice(0, 4).join(', ')}`);
  return found.filter((one, index) => found.findIndex((other) => other.kind === one.kind && other.what === one.what) === index);
};
