// Where a placed object is: the same arithmetic as the command's.

const turn = (degrees) => (degrees * Math.PI) / 180;

/** Rounds halves away from zero, as the command does. */
const rounded = (value) => Math.sign(value) * Math.round(Math.abs(value));

/** The size of an object after its scaling, before its rotation. */
export function scaledSize(size, scale) {
  return { width: Math.max(1, rounded(size.width * scale)), height: Math.max(1, rounded(size.height * scale)) };
}

/** The size of the box of whole pixels around an object that is scaled and rotated. */
export function frameSize(size, place) {
  const { width, height } = scaledSize(size, place.scale);
  const degrees = place.rotate % 360;
  if (degrees % 90 === 0) {
    return (degrees / 90) % 2 === 0 ? { width, height } : { width: height, height: width };
  }
  const cosine = Math.abs(Math.cos(turn(degrees))), sine = Math.abs(Math.sin(turn(degrees)));
  const side = (length) => Math.max(1, Math.ceil(length - 1e-6));
  return { width: side(width * cosine + height * sine), height: side(width * sine + height * cosine) };
}

/** The middle of a placed object's frame, in the painting. */
export function middle(size, place) {
  const frame = frameSize(size, place);
  return { x: place.x + frame.width / 2, y: place.y + frame.height / 2 };
}

/** `place` with the middle of its frame as near as whole pixels allow to a point. */
export function placedAt(size, place, point) {
  const frame = frameSize(size, place);
  return { ...place, x: Math.round(point.x - frame.width / 2), y: Math.round(point.y - frame.height / 2) };
}

/** Where an offset from the object's middle, in its own pixels, is seen from there in the painting. */
export function seen(place, offset) {
  const x = offset.x * place.scale * (place.flip ? -1 : 1), y = offset.y * place.scale;
  const cosine = Math.cos(turn(place.rotate)), sine = Math.sin(turn(place.rotate));
  return { x: x * cosine + y * sine, y: -x * sine + y * cosine };
}

/** The inverse: the offset in the object's pixels of one in the painting. */
export function unseen(place, offset) {
  const cosine = Math.cos(turn(place.rotate)), sine = Math.sin(turn(place.rotate));
  const x = offset.x * cosine - offset.y * sine, y = offset.x * sine + offset.y * cosine;
  return { x: (x / place.scale) * (place.flip ? -1 : 1), y: y / place.scale };
}

/** From the photograph's middle to that of the box around what is seen of the object. */
export function ownOffset(size, bounds) {
  return { x: bounds[0] + bounds[2] / 2 - size.width / 2, y: bounds[1] + bounds[3] / 2 - size.height / 2 };
}

/** `place` with other values, such that the middle of what is seen of the object stays where it is. */
export function changedAbout(size, bounds, place, values) {
  const offset = ownOffset(size, bounds), old = middle(size, place), at = seen(place, offset);
  const next = { ...place, ...values }, back = seen(next, offset);
  return placedAt(size, next, { x: old.x + at.x - back.x, y: old.y + at.y - back.y });
}

/** The corners of the box around what is seen of the object, in the painting. */
export function corners(size, bounds, place) {
  const centre = middle(size, place);
  return [[0, 0], [1, 0], [1, 1], [0, 1]].map(([u, v]) => {
    const offset = seen(place, {
      x: bounds[0] + u * bounds[2] - size.width / 2, y: bounds[1] + v * bounds[3] - size.height / 2,
    });
    return { x: centre.x + offset.x, y: centre.y + offset.y };
  });
}
