/** Draws SVG as PNG with the fonts of bench/package.json, so that every machine draws the same. */
import { createRequire } from 'node:module';

interface Rendered {
  asPng(): Buffer;
}

interface ResvgPackage {
  Resvg: new (svg: string, options: object) => { render(): Rendered };
}

const SCALE = 2;

/** Needs the packages of bench/package.json. */
export function toPng(svg: string): Buffer {
  const require = createRequire(import.meta.url);
  const { Resvg } = require('@resvg/resvg-js') as ResvgPackage;
  const fontFiles = ['DejaVuSans.ttf', 'DejaVuSans-Bold.ttf'].map((name) =>
    require.resolve(`dejavu-fonts-ttf/ttf/${name}`),
  );
  const font = { fontFiles, loadSystemFonts: false, defaultFontFamily: 'DejaVu Sans' };
  return new Resvg(svg, { font, fitTo: { mode: 'zoom', value: SCALE } }).render().asPng();
}
