// The picture: drawn here, moved and zoomed here, and nothing is asked of the program for it.

import { corners, middle, scaledSize } from "./geometry.js";
import { tileSide } from "./server.js";

const style = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

/** A canvas that shows a world of pixels, at a zoom and an offset. */
export class View {
  constructor(canvas, draw) {
    this.canvas = canvas;
    this.context = canvas.getContext("2d", { alpha: false });
    this.draw = draw;
    this.zoomed = () => {};
    this.zoom = 1; // CSS pixels for each of the world's
    this.x = 0;
    this.y = 0;
    this.world = { width: 1, height: 1 };
    this.isFitted = true;
    this.isDue = false;
    new ResizeObserver(() => this.resize()).observe(canvas);
    this.resize();
  }

  resize() {
    const ratio = window.devicePixelRatio || 1;
    this.width = this.canvas.clientWidth;
    this.height = this.canvas.clientHeight;
    this.canvas.width = Math.max(1, Math.round(this.width * ratio));
    this.canvas.height = Math.max(1, Math.round(this.height * ratio));
    this.ratio = ratio;
    // Lines and handles grow with the words of the page.
    this.unit = parseFloat(getComputedStyle(document.documentElement).fontSize) / 14;
    if (this.isFitted) this.fit();
    this.redraw(true);
  }

  /** Shows another world, all of it. */
  show(world) {
    if (world.width === this.world.width && world.height === this.world.height && world.key === this.world.key) return;
    this.world = world;
    this.fit();
  }

  fit() {
    const margin = Math.min(56, this.width / 16);
    const zoom = Math.min((this.width - 2 * margin) / this.world.width, (this.height - 2 * margin) / this.world.height);
    this.zoom = Math.max(1e-3, zoom);
    this.x = (this.width - this.world.width * this.zoom) / 2;
    this.y = (this.height - this.world.height * this.zoom) / 2;
    this.isFitted = true;
    this.zoomed();
    this.redraw();
  }

  /** Zooms about a point of the canvas: the middle, unless one is given. */
  zoomTo(zoom, at = { x: this.width / 2, y: this.height / 2 }) {
    const next = Math.min(32, Math.max(0.01, zoom));
    this.x = at.x - ((at.x - this.x) * next) / this.zoom;
    this.y = at.y - ((at.y - this.y) * next) / this.zoom;
    this.zoom = next;
    this.isFitted = false;
    this.keep();
    this.zoomed();
    this.redraw();
  }

  pan(dx, dy) {
    this.x += dx;
    this.y += dy;
    this.isFitted = false;
    this.keep();
    this.redraw();
  }

  /** Keeps a part of the world in sight. */
  keep() {
    const room = 60;
    this.x = Math.min(this.width - room, Math.max(room - this.world.width * this.zoom, this.x));
    this.y = Math.min(this.height - room, Math.max(room - this.world.height * this.zoom, this.y));
  }

  /** The zoom at which lines and handles are drawn. */
  get scale() { return this.zoom / this.unit; }

  /** A point of the canvas in the world, and back. */
  inWorld(point) { return { x: (point.x - this.x) / this.zoom, y: (point.y - this.y) / this.zoom }; }
  onCanvas(point) { return { x: point.x * this.zoom + this.x, y: point.y * this.zoom + this.y }; }

  /** Draws with the next frame of the screen, or at once. */
  redraw(now = false) {
    if (now) return this.paint();
    if (this.isDue) return;
    this.isDue = true;
    requestAnimationFrame(() => this.paint());
  }

  paint() {
    this.isDue = false;
    const context = this.context;
    context.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
    context.fillStyle = style("--ground");
    context.fillRect(0, 0, this.width, this.height);
    // Large pixels are shown as what they are.
    context.imageSmoothingEnabled = this.zoom * this.ratio < 6;
    context.imageSmoothingQuality = "high";
    // Where a pixel is a whole number of the screen's, it begins with one of those.
    const pixel = this.zoom * this.ratio, isSharp = Math.abs(pixel - Math.round(pixel)) < 1e-6 && pixel > 0.5;
    const start = (offset) => (isSharp ? Math.round(offset * this.ratio) / this.ratio : offset);
    context.translate(start(this.x), start(this.y));
    context.scale(this.zoom, this.zoom);
    this.draw(context, this);
  }
}

/** Draws a picture over the whole world. */
export function whole(context, world, picture) {
  if (picture) context.drawImage(picture, 0, 0, world.width, world.height);
}

/** Draws those tiles of a large picture that are seen; none where the zoom shows less than every other pixel. */
export function tiles(context, view, world, tile) {
  if (view.zoom * view.ratio < 0.5) return;
  const start = view.inWorld({ x: 0, y: 0 }), end = view.inWorld({ x: view.width, y: view.height });
  const first = (value) => Math.max(0, Math.floor(value / tileSide));
  const last = (value, length) => Math.ceil(Math.min(value, length) / tileSide);
  for (let row = first(start.y); row < last(end.y, world.height); row++) {
    for (let column = first(start.x); column < last(end.x, world.width); column++) {
      const picture = tile(column, row);
      if (picture) context.drawImage(picture, column * tileSide, row * tileSide);
    }
  }
}

/** Draws the object where it is placed. */
export function pasted(context, size, place, picture) {
  if (!picture) return;
  const centre = middle(size, place), scaled = scaledSize(size, place.scale);
  context.save();
  context.translate(centre.x, centre.y);
  context.rotate((-place.rotate * Math.PI) / 180);
  if (place.flip) context.scale(-1, 1);
  context.drawImage(picture, -scaled.width / 2, -scaled.height / 2, scaled.width, scaled.height);
  context.restore();
}

/** What is not the object, covered by a veil. Made once for an object. */
export class Veil {
  draw(context, world, picture, colour) {
    if (this.of !== picture || this.colour !== colour) {
      this.of = picture;
      this.colour = colour;
      this.canvas = document.createElement("canvas");
      this.canvas.width = picture.naturalWidth;
      this.canvas.height = picture.naturalHeight;
      const veil = this.canvas.getContext("2d");
      veil.fillStyle = colour;
      veil.fillRect(0, 0, this.canvas.width, this.canvas.height);
      veil.globalCompositeOperation = "destination-out";
      veil.drawImage(picture, 0, 0);
    }
    context.drawImage(this.canvas, 0, 0, world.width, world.height);
  }
}

/** A stroke of the brush. */
export function brushed(context, stroke) {
  const points = stroke.points;
  context.save();
  context.strokeStyle = stroke.keep ? "#1f9d57b0" : "#d4382cb0";
  context.fillStyle = context.strokeStyle;
  context.lineCap = context.lineJoin = "round";
  context.lineWidth = 2 * stroke.radius;
  context.beginPath();
  if (points.length === 2) {
    context.arc(points[0], points[1], stroke.radius, 0, 2 * Math.PI);
    context.fill();
  } else {
    context.moveTo(points[0], points[1]);
    for (let i = 2; i < points.length; i += 2) context.lineTo(points[i], points[i + 1]);
    context.stroke();
  }
  context.restore();
}

/** A line that is seen on any ground. */
function outlined(context, zoom, path) {
  for (const [colour, width] of [["#000a", 3], ["#fff", 1.25]]) {
    context.strokeStyle = colour;
    context.lineWidth = width / zoom;
    context.beginPath();
    path();
    context.stroke();
  }
}

/** A box, with handles at its corners where these can be moved. */
export function box(context, zoom, region, hasHandles = false) {
  context.save();
  outlined(context, zoom, () => context.rect(region[0], region[1], region[2], region[3]));
  if (hasHandles) for (const corner of boxCorners(region)) handle(context, zoom, corner);
  context.restore();
}

/** The corners of a box, clockwise. */
export const boxCorners = ([x, y, width, height]) => [[0, 0], [1, 0], [1, 1], [0, 1]]
  .map(([u, v]) => ({ x: x + u * width, y: y + v * height }));

export function ring(context, zoom, point, radius) {
  outlined(context, zoom, () => context.arc(point.x, point.y, radius, 0, 2 * Math.PI));
}

const handleSize = 5.5, handleReach = 28;

/** The handles of a placed object, in the world: its corners, and one to turn it. */
export function handles(size, bounds, place, zoom) {
  const points = corners(size, bounds, place);
  const top = { x: (points[0].x + points[1].x) / 2, y: (points[0].y + points[1].y) / 2 };
  const base = { x: (points[2].x + points[3].x) / 2, y: (points[2].y + points[3].y) / 2 };
  const length = Math.hypot(top.x - base.x, top.y - base.y) || 1, reach = handleReach / zoom / length;
  return { points, top, turn: { x: top.x + (top.x - base.x) * reach, y: top.y + (top.y - base.y) * reach } };
}

export function drawHandles(context, zoom, { points, top, turn }) {
  context.save();
  outlined(context, zoom, () => {
    points.forEach((point, i) => (i ? context.lineTo(point.x, point.y) : context.moveTo(point.x, point.y)));
    context.closePath();
    context.moveTo(top.x, top.y);
    context.lineTo(turn.x, turn.y);
  });
  for (const point of [...points, turn]) handle(context, zoom, point, point === turn);
  context.restore();
}

function handle(context, zoom, point, isRound = false) {
  const side = handleSize / zoom;
  context.beginPath();
  if (isRound) context.arc(point.x, point.y, side * 1.15, 0, 2 * Math.PI);
  else context.rect(point.x - side, point.y - side, 2 * side, 2 * side);
  context.fillStyle = "#fff";
  context.fill();
  context.lineWidth = 1.25 / zoom;
  context.strokeStyle = "#000c";
  context.stroke();
}

export const colour = style;
