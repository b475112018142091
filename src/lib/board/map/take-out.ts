import { svgOf } from '#domain/board/map/svg.ts';
import type { Mark } from '#domain/board/map/marks.ts';

/** A drawing as it is seen, and the words beneath it. */
export interface Picture {
  width: number;
  height: number;
  marks: readonly Mark[];
  says: string;
  on: string;
}

const scale = 2;

/** M7: Hands the drawing out as a file; no name stands in the file's own name. */
export async function takeOut(picture: Picture, as: 'svg' | 'png'): Promise<void> {
  const svg = new Blob([svgOf(picture)], { type: 'image/svg+xml' });
  save(as === 'svg' ? svg : await paint(svg), `family-map-${picture.on}.${as}`);
}

async function paint(svg: Blob): Promise<Blob> {
  const url = URL.createObjectURL(svg);
  try {
    const image = new Image();
    image.src = url;
    await image.decode();
    const canvas = document.createElement('canvas');
    canvas.width = image.naturalWidth * scale;
    canvas.height = image.naturalHeight * scale;
    canvas.getContext('2d')!.drawImage(image, 0, 0, canvas.width, canvas.height);
    const png = await new Promise<Blob | null>((done) => canvas.toBlob(done, 'image/png'));
    if (!png) throw new Error('this browser could not make a picture of the map');
    return png;
  } finally {
    URL.revokeObjectURL(url);
  }
}

function save(blob: Blob, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
