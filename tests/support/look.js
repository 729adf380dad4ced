// What is wrong with the page as it is laid out now: a list of [rule, words]. Given to page.evaluate.
async (options) => {
  const faults = [];
  const root = document.documentElement;
  const name = (one) => one.cloneNode(false).outerHTML.replace(/\s+/g, " ").slice(0, 110)
    + (one.textContent.trim() ? " “" + one.textContent.trim().replace(/\s+/g, " ").slice(0, 40) + "”" : "");
  const note = (rule, words) => faults.push([rule, words]);
  const allowed = (one, list) => list.some((selector) => one.closest(selector));
  const styles = new Map();
  const style = (one) => {
    if (!styles.has(one)) styles.set(one, getComputedStyle(one));
    return styles.get(one);
  };
  const scrolls = (one) => /auto|scroll/.test(style(one).overflowX);

  // A thing is seen if it has a box that nothing hides; what is only read aloud is not seen.
  const aloud = [...document.querySelectorAll("body *")].filter((one) => /^inset\((50|100)%/.test(style(one).clipPath));
  const seen = (one) => one.checkVisibility({ checkOpacity: true, checkVisibilityCSS: true })
    && !aloud.some((hidden) => hidden.contains(one)) && !allowed(one, options.unseen);

  // The part of each box of an element that its scrolling or cutting ancestors let through.
  const whole = (one) => [...one.getClientRects()].map((r) => ({ l: r.left, t: r.top, r: r.right, b: r.bottom }));
  const boxes = (one) => {
    let list = whole(one);
    for (let up = one.parentElement; up && up !== document.body; up = up.parentElement) {
      const cut = style(up);
      if (cut.overflowX === "visible" && cut.overflowY === "visible") continue;
      const r = up.getBoundingClientRect();
      list = list.map((x) => ({
        l: Math.max(x.l, r.left), t: Math.max(x.t, r.top), r: Math.min(x.r, r.right), b: Math.min(x.b, r.bottom),
      }));
    }
    return list.filter((x) => x.r - x.l > 0.5 && x.b - x.t > 0.5);
  };
  const around = (list) => ({
    l: Math.min(...list.map((x) => x.l)), t: Math.min(...list.map((x) => x.t)),
    r: Math.max(...list.map((x) => x.r)), b: Math.max(...list.map((x) => x.b)),
  });

  // Sideways overflow: the page itself never scrolls to the side.
  if (root.scrollWidth > root.clientWidth) {
    const beyond = [...document.querySelectorAll("body *")].filter((one) =>
      one.getBoundingClientRect().right > root.clientWidth + 1);
    const shown = beyond.filter((one) => boxes(one).some((x) => x.r > root.clientWidth + 1));
    // What is placed absolutely leaves a scrolling box that is not its containing block.
    const wide = shown.length ? shown : beyond.filter((one) => style(one).position === "absolute");
    const deepest = wide.filter((one) => !wide.some((other) => other !== one && one.contains(other)));
    const place = (one) => `${name(one)} in ${one.parentElement.cloneNode(false).outerHTML.slice(0, 60)}`;
    note("overflow", `${root.scrollWidth} px: ` + (deepest.slice(0, 3).map(place).join(" · ") || "?"));
  }

  // A part that scrolls sideways can be reached by keyboard: it, or something in it, takes the focus.
  const unreached = () => [...document.querySelectorAll("body *")].filter((one) =>
    scrolls(one) && one.scrollWidth > one.clientWidth + 1 && one.clientWidth && seen(one) && one.tabIndex < 0
    && ![...one.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex]")]
      .some((inner) => inner.tabIndex >= 0 && inner.checkVisibility()));
  const frame = () => new Promise((done) => { requestAnimationFrame(done); });
  if (unreached().length) {
    await frame(); // a module may answer to the new width
    await frame();
    for (const one of unreached()) note("unreachable", `${one.scrollWidth} in ${one.clientWidth}: ${name(one)}`);
  }

  // Clipped text: words that a box cuts off, and words that run out of their button or cell.
  for (const one of document.querySelectorAll("body *:not(svg *, svg, textarea, input, select, option, progress)")) {
    const given = style(one);
    if (given.overflowX === "visible" && given.overflowY === "visible" && !one.matches(options.labels)) continue;
    if (!one.textContent.trim() || !seen(one)) continue;
    const cuts = /hidden|clip/.test(given.overflowX) || given.textOverflow === "ellipsis";
    const cutsBelow = /hidden|clip/.test(given.overflowY);
    const narrow = one.matches(options.labels) && given.display !== "inline";
    const wide = one.scrollWidth > one.clientWidth + 1 && one.clientWidth > 0;
    const high = cutsBelow && one.scrollHeight > one.clientHeight + 2 && one.clientHeight > 0;
    if (((cuts || narrow) && wide && !scrolls(one) || high) && !allowed(one, options.mayCut)) {
      note("clipped", `${one.scrollWidth}×${one.scrollHeight} in ${one.clientWidth}×${one.clientHeight}: ${name(one)}`);
    }
  }

  // Controls: none lies on another, and each is large enough (WCAG 2.2, 2.5.8).
  const layer = (one) => {
    for (let up = one; up; up = up.parentElement) if (/fixed|sticky/.test(style(up).position)) return up;
    return root;
  };
  const labelOf = (one) => (/^(checkbox|radio)$/.test(one.type) && one.labels ? [...one.labels] : []);
  const controls = [...document.querySelectorAll("a[href], button, input, select, textarea, summary, [role=button]")]
    .filter((one) => one.type !== "hidden" && seen(one) && style(one).pointerEvents !== "none")
    .map((one) => ({ one, list: boxes(one), layer: layer(one) }))
    .filter((each) => each.list.length);
  const ordered = controls.flatMap((each) => each.list.map((box) => ({ ...each, box }))).sort((a, b) => a.box.t - b.box.t);
  const pairs = new Set();
  for (let i = 0; i < ordered.length; i += 1) {
    for (let k = i + 1; k < ordered.length && ordered[k].box.t < ordered[i].box.b - 1; k += 1) {
      const [a, b] = [ordered[i], ordered[k]];
      const across = Math.min(a.box.r, b.box.r) - Math.max(a.box.l, b.box.l);
      const down = Math.min(a.box.b, b.box.b) - Math.max(a.box.t, b.box.t);
      if (a.one === b.one || across < 1.5 || down < 1.5 || a.layer !== b.layer) continue;
      if (a.one.contains(b.one) || b.one.contains(a.one) || allowed(a.one, options.mayLieOn) || allowed(b.one, options.mayLieOn)) continue;
      // Lines of text may touch: the boxes of two links in following lines overlap by their line gap.
      if (style(a.one).display === "inline" && style(b.one).display === "inline" && down < 6) continue;
      const words = `${name(a.one)} and ${name(b.one)}`;
      if (!pairs.has(words)) note("overlap", words);
      pairs.add(words);
    }
  }
  // What a person can scroll into view counts whole.
  const targets = controls.map((each) => ({
    ...each, box: around([...whole(each.one), ...labelOf(each.one).flatMap(whole)]),
  }));
  const small = (each) => each.box.r - each.box.l < 23.5 || each.box.b - each.box.t < 23.5;
  const inText = (one) => {
    if (style(one).display !== "inline") return false;
    let block = one.parentElement;
    while (style(block).display === "inline") block = block.parentElement;
    const others = [...block.childNodes].map((node) => node.textContent).join("").trim();
    return others.length > one.textContent.trim().length;
  };
  const middle = (each) => [(each.box.l + each.box.r) / 2, (each.box.t + each.box.b) / 2];
  const crowded = (each) => targets.find((other) => {
    if (other.one === each.one || other.layer !== each.layer || other.one.contains(each.one) || each.one.contains(other.one)) return false;
    const [x, y] = middle(each);
    if (small(other)) {
      const [u, v] = middle(other);
      return Math.hypot(x - u, y - v) < 23.5;
    }
    const dx = Math.max(other.box.l - x, 0, x - other.box.r), dy = Math.max(other.box.t - y, 0, y - other.box.b);
    return Math.hypot(dx, dy) < 11.5;
  });
  for (const each of targets) {
    if (!small(each) || inText(each.one) || allowed(each.one, options.maySmall)) continue;
    const other = crowded(each);
    if (other) {
      const size = `${Math.round(each.box.r - each.box.l)}×${Math.round(each.box.b - each.box.t)}`;
      note("target", `${size} px beside another: ${name(each.one)} · ${name(other.one)}`);
    }
  }
  return faults;
}
