import { svgOf } from '#domain/board/map/svg.ts';
import type { Mark } from '#domain/board/map/marks.ts';

/** A drawing as it is seen, and the words beneath it. */
export interface Picture {
  width: number;
  height: number;
  marks: readonly Mark[];
  says: readonly string[];
  on: string;
}

const scale = 2;

/** M7: Hands the drawing out as a file; no name stands in the file's own name. */
export async function takeOut(picture: Picture, as: 'svg' | 'png'): Promise<void> {
  const svg = svgOf(picture);
  const file = as === 'svg' ? new Blob([svg], { type: 'image/svg+xml' }) : await paint(svg);
  save(file, `family-map-${picture.on}.${as}`);
}

async function paint(svg: string): Promise<Blob> {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
  await image.decode();
  const canvas = document.createElement('canvas');
  canvas.width = image.naturalWidth * scale;
  canvas.height = image.naturalHeight * scale;
  canvas.getContext('2d')!.drawImage(image, 0, 0, canvas.width, canvas.height);
  const png = await new Promise<Blob | null>((done) => canvas.toBlob(done, 'image/png'));
  if (!png) throw new Error('this browser could not make a picture of the map');
  return png;
}

function save(blob: Blob, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
