// Runs in the page that turns a figure into a picture. The plot's own labels are measured and the margins moved, so
// that head, plot and foot never overlap and no label is cut; then the typeface is put into the picture itself,
// because a picture cannot reach the typeface of the page that made it.
(() => {
  const CLOSE = 0.75; // pixels that nobody sees
  const draw = Plotly.toImage;
  const face = document.getElementById("face").textContent;
  const ready = ["400", "700"].map((weight) => document.fonts.load(weight + " 14px 'Source Sans'", "Aa0–−"));
  const isPrint = (annotation) => (annotation.name || "").startsWith("print-");

  const box = (element, frame) => {
    const r = element.getBoundingClientRect();
    return { left: r.left - frame.left, right: r.right - frame.left, top: r.top - frame.top,
             bottom: r.bottom - frame.top, width: r.width, height: r.height };
  };

  const labels = (gd) => [...gd.querySelectorAll(".infolayer .annotation")].map((element) => ({
    element, index: Number(element.dataset.index), spec: gd.layout.annotations[Number(element.dataset.index)],
  })).filter((label) => label.spec);

  // Names at the lines' ends move apart; numbered flags that would touch take a second row.
  const spread = (gd) => {
    const frame = gd.getBoundingClientRect(), update = {};
    const ends = labels(gd).filter((label) => label.spec.name === "end-label")
      .map((label) => ({ ...label, at: box(label.element, frame), shift: label.spec.yshift || 0 }))
      .map((label) => ({ ...label, home: (label.at.top + label.at.bottom) / 2 + label.shift }))
      .sort((a, b) => b.home - a.home);
    let ceiling = Infinity;
    for (const label of ends) {
      const middle = Math.min(label.home, ceiling - label.at.height / 2);
      ceiling = middle - label.at.height / 2;
      update[`annotations[${label.index}].yshift`] = label.home - middle;
    }
    const panels = new Map();
    for (const label of labels(gd).filter((other) => other.spec.name === "flag")) {
      const key = `${label.spec.yref} ${label.spec.y} ${label.spec.xref}`;
      panels.set(key, [...(panels.get(key) || []), { ...label, at: box(label.element, frame) }]);
    }
    for (const flags of panels.values()) {
      const rows = [];
      for (const label of flags.sort((a, b) => a.at.left - b.at.left)) {
        let row = rows.findIndex((right) => right + 2 <= label.at.left);
        if (row < 0) row = rows.length;
        rows[row] = label.at.right;
        update[`annotations[${label.index}].yshift`] = 2 + row * (label.at.height + 2);
      }
      if (rows.length < 2) continue;
      const { yref, y } = flags[0].spec, rise = rows.length * (flags[0].at.height + 2);
      for (const label of labels(gd).filter(({ spec }) => spec.name === "unit" && spec.yref === yref && spec.y === y)) {
        update[`annotations[${label.index}].yshift`] = 6 + rise;
      }
    }
    return update;
  };

  const fit = (gd, print, width, height) => {
    const frame = gd.getBoundingClientRect(), size = gd._fullLayout._size;
    const ink = { left: size.l, right: width - size.r, top: size.t, bottom: height - size.b };
    const atFoot = gd.layout.legend && gd.layout.legend.yref === "container";
    const legend = atFoot ? gd.querySelector(".legend") : null;
    const room = print.foot + (legend ? box(legend, frame).height + 12 : 0);
    const skip = new Set(labels(gd).filter((label) => isPrint(label.spec)).map((label) => label.element));
    const others = labels(gd).filter((label) => !skip.has(label.element)).map((label) => label.element);
    const texts = [...gd.querySelectorAll("svg text")].filter((text) => !text.closest(".annotation") && !(legend && legend.contains(text)));
    for (const element of [...others, ...texts]) {
      const at = box(element, frame);
      if (!at.width || !at.height) continue;
      ink.left = Math.min(ink.left, at.left);
      ink.right = Math.max(ink.right, at.right);
      ink.top = Math.min(ink.top, at.top);
      ink.bottom = Math.max(ink.bottom, at.bottom);
    }
    const margin = {
      l: size.l + print.pad - ink.left, r: size.r + ink.right - (width - print.pad),
      t: size.t + print.head - ink.top, b: size.b + ink.bottom - (height - room),
    };
    const was = gd.layout.margin;
    if (Object.keys(margin).every((side) => Math.abs(margin[side] - size[side]) < CLOSE)) return {};
    const update = { margin: { ...was, ...margin } };
    gd.layout.annotations.forEach((annotation, index) => {
      if (!isPrint(annotation)) return;
      const head = annotation.name === "print-head";
      update[`annotations[${index}].xshift`] = annotation.xshift + was.l - margin.l;
      update[`annotations[${index}].yshift`] = annotation.yshift + (head ? margin.t - was.t : was.b - margin.b);
    });
    return update;
  };

  // One pass moves margins and labels together; a second corrects what the new size of the plot changed.
  const settle = async (gd, print, width, height) => {
    for (let pass = 0; pass < 3; pass += 1) {
      const moves = Object.entries(spread(gd)).filter(([key, value]) => {
        const annotation = gd.layout.annotations[Number(key.match(/\d+/)[0])];
        return Math.abs((annotation.yshift || 0) - value) > CLOSE;
      });
      const update = { ...fit(gd, print, width, height), ...Object.fromEntries(moves) };
      if (!Object.keys(update).length) return;
      await Plotly.relayout(gd, update);
    }
  };

  const withFace = (svg, meta, width, height) => {
    const xml = new DOMParser().parseFromString(svg, "image/svg+xml"), root = xml.documentElement;
    const add = (name, text) => {
      const element = xml.createElementNS("http://www.w3.org/2000/svg", name);
      element.textContent = text;
      root.insertBefore(element, root.firstChild);
    };
    add("style", face);
    if (meta && meta.print) {
      root.setAttribute("viewBox", `0 0 ${width} ${height}`);
      root.setAttribute("width", meta.print.width);
      root.setAttribute("height", meta.print.height);
      root.removeAttribute("style");
    }
    if (meta) {
      add("desc", [meta.alt, meta.notes].filter(Boolean).join(" "));
      add("title", meta.title);
      root.setAttribute("role", "img");
    }
    return new XMLSerializer().serializeToString(xml);
  };

  const paint = (svg, width, height, scale) => new Promise((resolve, reject) => {
    const image = new Image();
    image.onerror = () => reject(new Error("the picture could not be painted"));
    image.onload = () => {
      const canvas = document.createElement("canvas");
      canvas.width = width * scale;
      canvas.height = height * scale;
      canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
      resolve(canvas.toDataURL("image/png").replace("data:image/png;base64,", ""));
    };
    image.src = "data:image/svg+xml," + encodeURIComponent(svg);
  });

  Plotly.toImage = async (figure, options) => {
    await Promise.all(ready);
    const meta = figure.layout.meta, print = meta && meta.print, { scale, format } = options;
    // Told is the size of the picture; drawn is the sheet, which is larger where the figure needs it.
    const width = print ? figure.layout.width : options.width, height = print ? figure.layout.height : options.height;
    let layout = figure.layout;
    if (print) {
      const gd = document.createElement("div");
      gd.style.cssText = `position:absolute;left:0;top:0;width:${width}px;height:${height}px`;
      document.body.appendChild(gd);
      await Plotly.newPlot(gd, figure.data, layout, { ...figure.config, staticPlot: true });
      await settle(gd, print, width, height);
      layout = gd.layout;
      document.body.removeChild(gd);
    }
    const plain = await draw({ data: figure.data, layout, config: figure.config },
                             { ...options, width, height, format: "svg", scale: 1, imageDataOnly: true });
    document.title = (meta && meta.title) || "Tradewake";
    const svg = withFace(plain, meta, width, height);
    if (format === "png") return paint(svg, options.width, options.height, scale);
    return options.imageDataOnly ? svg : "data:image/svg+xml," + encodeURIComponent(svg);
  };
})();
