/** Writes SVG elements as text. */

export type Attributes = Readonly<Record<string, string | number>>;

/** `children` is SVG already. */
export function element(name: string, attributes: Attributes, children = ''): string {
  const written = Object.entries(attributes)
    .map(
      ([key, value]) => ` ${key}="${typeof value === 'number' ? round(value) : escapeText(value)}"`,
    )
    .join('');
  return children === '' ? `<${name}${written}/>` : `<${name}${written}>${children}</${name}>`;
}

export function text(x: number, y: number, content: string, attributes: Attributes = {}): string {
  const fill = { 'font-size': 12, fill: '#333' };
  return element('text', { x, y, ...fill, ...attributes }, escapeText(content));
}

export function line(x1: number, y1: number, x2: number, y2: number, stroke: string): string {
  return element('line', { x1, y1, x2, y2, stroke, 'stroke-width': 1 });
}

/** Moves what is drawn. */
export function moved(x: number, y: number, children: string): string {
  return element('g', { transform: `translate(${round(x)} ${round(y)})` }, children);
}

/** A whole picture on white; the title is what those hear who do not see it. */
export function picture(width: number, height: number, title: string, children: string): string {
  const size = { width, height, viewBox: `0 0 ${width} ${height}` };
  const font = { 'font-family': 'DejaVu Sans, Verdana, sans-serif' };
  const background = element('rect', { width, height, fill: '#fff' });
  const named = element('title', {}, escapeText(title));
  const xmlns = 'http://www.w3.org/2000/svg';
  return `${element('svg', { xmlns, ...size, ...font }, named + background + children)}\n`;
}

/** About how wide a text is, in pixels; enough to keep labels apart. */
export function textWidth(content: string, fontSize = 12): number {
  return content.length * fontSize * 0.62;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

function escapeText(content: string): string {
  const entities: Record<string, string> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
  };
  return content.replace(/[&<>"]/g, (character) => entities[character]);
}
