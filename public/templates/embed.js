// Draws the banner in place of the link before this script; the link stays where it cannot.
(() => {
  const me = document.currentScript, { lang, theme } = me.dataset;
  const base = me.src.split(/[?#]/)[0].slice(0, -3);
  const data = base + (lang ? "." + lang : "") + ".json";
  const make = (name, look = "", text = "") => {
    const made = document.createElement(name);
    made.className = look;
    made.textContent = text;
    made.dir = "auto";
    return made;
  };
  let link = me.previousElementSibling;
  if (!link || link.tagName != "A") {
    link = make("a", "", "@TITLE@");
    link.href = base + ".html";
    me.before(link);
  }
  // Nothing of the page reaches into a shadow root; what it sets on the host is undone there.
  const host = make("replyclock-banner"), root = host.attachShadow({ mode: "open" });
  const sheet = new CSSStyleSheet(), box = make("div");
  sheet.replaceSync(`@STYLE@`);
  root.adoptedStyleSheets = [sheet];
  root.append(box);
  box.setAttribute("role", "status");
  const dark = matchMedia("(prefers-color-scheme:dark)");
  const paint = () => box.className = (theme ? theme == "dark" : dark.matches) ? "box dark" : "box";
  dark.onchange = paint;
  paint();
  const one = b => {
    const made = make("section"), state = make("b", "", b.state_word), mark = make("s");
    mark.style.clipPath = `path(evenodd,"${b.mark}")`;
    state.style.color = `var(--${b.look})`;
    state.prepend(mark);
    const head = make("p", "head"), title = make("span", "", b.shown_title);
    head.append(state, " ", title);
    if (b.sample_word) head.append(make("i", "", b.sample_word));
    made.append(head);
    if (b.headline) made.append(make("p", "figure", b.headline));
    made.append(make("p", "", b.sentences.join(" ")), make("p", "source", b.source));
    return made;
  };
  let said, seen = 0;
  const show = async () => {
    try {
      const answer = await fetch(data, { cache: "no-cache", credentials: "omit" });
      if (!answer.ok) throw answer;
      const found = await answer.json(), all = found.banners || [found];
      // Files that nobody writes any more still say a figure.
      if (Date.now() - Date.parse(found.renewed_at) > 9e5 && all.some(b => b.headline)) throw seen = 0;
      const text = JSON.stringify(all.map(b => b.look + b.text));
      // A status is read out when it changes, so it is touched only then.
      if (text != said) box.replaceChildren(...all.map(one));
      said = text;
      box.lang = found.language;
      seen = Date.now();
      link.replaceWith(host);
    } catch {
      // What nobody renews any more is no figure.
      if (Date.now() - seen > 6e5) host.replaceWith(link);
    }
  };
  show();
  setInterval(() => document.hidden || show(), 6e4);
  document.addEventListener("visibilitychange", () => document.hidden || show());
})();
