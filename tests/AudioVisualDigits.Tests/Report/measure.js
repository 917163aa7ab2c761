// Opens the page held by `reportPage` in a frame of each width and writes what is wrong with it into the document.
const widths = [360, 800, 1280];

function channels(colour) {
  return colour.match(/[\d.]+/g).map(Number);
}

function luminance(colour) {
  const [r, g, b] = channels(colour).slice(0, 3)
    .map(c => c / 255).map(c => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(one, other) {
  const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

function background(view, element) {
  for (let e = element; e; e = e.parentElement) {
    const colour = view.getComputedStyle(e).backgroundColor;
    if (channels(colour)[3] !== 0) return colour;
  }
  return 'rgb(255, 255, 255)';
}

function named(element) {
  return `${element.tagName} "${element.textContent.slice(0, 40)}"`;
}

function overlap(a, b) {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}

function chartFaults(chart) {
  const rect = chart.getBoundingClientRect(), faults = [];
  if (rect.width < 200 || rect.height < 100) faults.push(`${named(chart)} is ${rect.width} by ${rect.height}`);
  const texts = [...chart.querySelectorAll('text')];
  for (const text of texts) {
    const at = text.getBoundingClientRect();
    if (at.width === 0 || at.left < rect.left || at.top < rect.top || at.right > rect.right || at.bottom > rect.bottom)
      faults.push(`${named(text)} leaves its drawing: ${at.left} ${at.top} ${at.right} ${at.bottom}`);
  }
  const rects = texts.map(text => text.getBoundingClientRect());
  rects.forEach((a, i) => rects.slice(i + 1).forEach((b, j) => {
    if (overlap(a, b)) faults.push(`${named(texts[i])} covers ${named(texts[i + 1 + j])}`);
  }));
  return faults;
}

function layoutFaults(document, width) {
  const faults = [];
  if (document.documentElement.scrollWidth > width)
    faults.push(`the page is ${document.documentElement.scrollWidth} wide`);
  for (const element of document.querySelectorAll('main *')) {
    if (element.parentElement.closest('.scroll, svg')) continue;
    const [inner, outer] = [element.getBoundingClientRect(), element.parentElement.getBoundingClientRect()];
    if (inner.left < outer.left - 0.5 || inner.right > outer.right + 0.5) faults.push(`${named(element)} overflows`);
  }
  return faults;
}

// Text needs 4.5 and a curve 3 (WCAG 1.4.3 and 1.4.11).
function colourFaults(view) {
  const faults = [], document = view.document;
  const check = (element, colour, least) => {
    const found = contrast(colour, background(view, element));
    if (found < least) faults.push(`${named(element)} has a contrast of ${found.toFixed(2)}`);
  };
  for (const element of document.querySelectorAll('main *')) {
    if (element.closest('title, desc, style, clipPath')) continue;
    const style = view.getComputedStyle(element);
    if ([...element.childNodes].some(node => node.nodeType === 3 && node.data.trim()))
      check(element, element.tagName === 'text' ? style.fill : style.color, 4.5);
    if (element.matches('[class^="series-"]')) {
      if (style.stroke !== 'none') check(element, style.stroke, 3);
      // Bands are paler than the line inside them.
      if (style.fill !== 'none' && style.fillOpacity === '1') check(element, style.fill, 3);
    }
  }
  return faults;
}

function measure(frame, width) {
  const view = frame.contentWindow, document = view.document;
  const charts = [...document.querySelectorAll('figure > svg')];
  return {
    width: view.innerWidth,
    dark: luminance(view.getComputedStyle(document.body).backgroundColor) < 0.2,
    charts: charts.map(chart => chart.querySelector('title').textContent),
    headings: [...document.querySelectorAll('h2')].map(heading => heading.textContent),
    faults: [...charts.flatMap(chartFaults), ...layoutFaults(document, width), ...colourFaults(view)],
  };
}

const frames = widths.map(width => {
  const frame = document.createElement('iframe');
  frame.style.cssText = `width: ${width}px; height: 900px; border: 0`;
  frame.srcdoc = reportPage;
  document.body.append(frame);
  return frame;
});
window.onload = () => {
  const result = document.createElement('pre');
  result.id = 'result';
  result.textContent = encodeURIComponent(JSON.stringify(frames.map((frame, i) => measure(frame, widths[i]))));
  document.body.append(result);
};
