import * as server from "./server.js";
import * as canvas from "./canvas.js";
import * as geometry from "./geometry.js";
import { History } from "./history.js";

const $ = (id) => document.getElementById(id);
const steps = ["cut", "place", "save"];

let state = null; // the program's, see StudioState
let step = "cut"; // what is shown
let place = null, settings = null, cut = { box: null, strokes: [] }; // as shown: ahead of the program's while the hand moves
const cuts = new History(), scenes = new History(); // of the cut; of the place and the settings
let drag = null; // what the hand does now
let hover = null; // where the brush is, in the photograph
let half = 0.5; // of the comparison
let isSpace = false, isChoosingRegion = false, isLost = false;
let lastNotice = 0, lastResult = null, lastWriter = "";

const view = new canvas.View($("view"), draw);
view.zoomed = zoomed;
const veil = new canvas.Veil();
const picture = (name) => server.image(name, () => { view.redraw(); thumbnails(); });

// MARK: Drawing

/** The object while it is not a newer one that is still on its way. */
let shownObject = null;
function objectPicture() {
  const newest = state.object && picture(state.object.id);
  if (newest) shownObject = newest;
  return state.object ? newest || shownObject : null;
}

const isLookFresh = () => state.look.id && state.look.inputs === state.inputs && !pending && !drag?.changesPlace;

function draw(context, view) {
  if (!state?.painting && !state?.photograph) return;
  if (step === "cut" && state.photograph) drawCut(context, view);
  else if (state.painting) {
    const world = state.painting, painting = picture(`${world.id}-4096`);
    if (step === "save" && state.result) drawComparison(context, view, world, painting);
    else drawPlace(context, view, world, painting);
  }
}

function drawCut(context, view) {
  const world = state.photograph;
  whole(context, world, picture(`${world.id}-2000`), world.id);
  const object = objectPicture();
  if (object && !drag?.isBox) veil.draw(context, world, object, canvas.colour("--veil"));
  if (drag?.stroke) canvas.brushed(context, drag.stroke);
  else for (const stroke of unseenStrokes()) canvas.brushed(context, stroke);
  const box = drag?.isBox ? drag.region : cut.box;
  if (box && tool() === "box") canvas.box(context, view.scale, box, !drag);
  if (hover && tool() !== "box") canvas.ring(context, view.scale, hover, brush());
}

/** The strokes that the program has not answered yet. */
const unseenStrokes = () => (state.cut.isWorking || pending?.cut ? cut.strokes.slice(-1) : []);

function drawPlace(context, view, world, painting) {
  whole(context, world, painting, world.id);
  const size = state.photograph, object = state.object && objectPicture();
  const preview = state.job.status !== "idle" && picture(state.job.preview);
  const layer = isLookFresh() && picture(state.look.id);
  if (state.job.status !== "idle" && (preview || lastPreview)) {
    if (preview) lastPreview = preview;
    canvas.whole(context, world, lastPreview);
  } else if (layer) canvas.whole(context, world, layer);
  else if (object && place) canvas.pasted(context, size, place, object);
  if (isChoosingRegion || drag?.isRegion) {
    const region = drag?.isRegion ? drag.region : settings?.region;
    if (region) canvas.box(context, view.scale, region);
  } else if (object && place && state.job.status === "idle" && (document.activeElement === $("view") || drag || isOver || isNew())) {
    canvas.drawHandles(context, view.scale, canvas.handles(size, state.object.bounds, place, view.scale));
  }
}
let lastPreview = null, isOver = false;

function drawComparison(context, view, world, painting) {
  const result = picture(`${state.result.id}-view`), at = view.inWorld({ x: half * view.width, y: 0 }).x;
  if (result) whole(context, world, result, state.result.id);
  else canvas.whole(context, world, painting);
  context.save();
  context.beginPath();
  context.rect(-1e6, -1e6, at + 1e6, 2e6);
  context.clip();
  whole(context, world, painting, world.id);
  const object = state.object && objectPicture();
  if (object && place) canvas.pasted(context, state.photograph, place, object);
  context.restore();
}

/** A whole picture, with its own pixels where those of the reduced one are too coarse for the zoom. */
function whole(context, world, reduced, id) {
  canvas.whole(context, world, reduced);
  if (reduced && reduced.naturalWidth < world.width) {
    canvas.tiles(context, view, world, (column, row) => server.tile(id, column, row, () => view.redraw()));
  }
}

/** Whether the hand has not moved anything yet. */
const isNew = () => !sessionStorage.getItem("placed");

// MARK: The state

let pending = null, timer = 0;

/** Sends what the hand has set, once it rests. */
function commit(parts, delay = 120) {
  pending = { ...pending, ...parts };
  clearTimeout(timer);
  timer = setTimeout(flush, delay);
  view.redraw();
}

async function flush() {
  clearTimeout(timer);
  if (!pending) return;
  const parts = {};
  if (pending.place) parts.place = place;
  if (pending.settings) parts.settings = settings;
  if (pending.cut) parts.cut = cut;
  pending = null;
  try {
    await server.change(parts);
  } catch (error) {
    notify("That could not be done.", error.message, true);
  }
}

server.follow(changed, (lost) => {
  isLost = lost;
  if (lost) notify("The studio does not answer.", "Is 'harmonize studio' still running? What it had is gone with it; begin it again.", true);
  else notify("The studio answers again.", "", false);
});

function changed(next) {
  const before = state;
  state = next;
  const isBusy = drag || pending || server.isSending();
  if (!isBusy || !before) {
    place = next.place ? { ...next.place } : null;
    settings = { ...next.settings };
    cut = { box: next.cut.box ?? null, strokes: [...next.cut.strokes] };
  }
  if (before && next.painting?.id !== before.painting?.id) { scenes.clear(); shownObject = null; }
  if (before && next.photograph?.id !== before.photograph?.id) {
    shownObject = null;
    cuts.clear();
    scenes.clear();
    cut = { box: next.cut.box ?? null, strokes: [...next.cut.strokes] };
    if (next.photograph?.hasShape) go("place");
    else if (next.photograph) go("cut");
  }
  if (!place && next.place) place = { ...next.place };
  if (before && next.writer && next.writer !== server.tab && next.writer !== lastWriter) {
    notify("Changed in another window.", "Both show the same; the last change counts.", false);
  }
  lastWriter = next.writer;
  if (next.notice && next.notice.number > lastNotice) {
    if (before || Date.now() - started > 3000) notify(next.notice.text, next.notice.hint, next.notice.isError);
    lastNotice = next.notice.number;
  }
  if (!before) {
    const last = sessionStorage.getItem("step");
    step = steps.includes(last) ? last : next.job.status === "idle" && next.photograph && !next.photograph.hasShape ? "cut" : "place";
    lastResult = next.result?.id ?? null;
    go(step);
    if (step === "save") halve();
  } else if (next.result && next.result.id !== lastResult) {
    lastResult = next.result.id;
    lastPreview = null;
    go("save");
    halve();
  }
  if (next.job.status === "idle") lastPreview = null;
  show();
}
const started = Date.now();

// MARK: Controls

function go(next) {
  step = next;
  sessionStorage.setItem("step", step); // for a reload of this window
  isChoosingRegion = false;
  show();
}

/** Sets all controls from the state. */
function show() {
  const { painting, photograph, object, job, result } = state;
  const isReady = painting && photograph;
  $("welcome").hidden = Boolean(isReady);
  document.querySelector(".steps").hidden = document.querySelector(".zoom").hidden = !isReady;
  document.querySelector("aside").hidden = !isReady;
  thumbnails();
  if (!isReady) {
    $("hint").textContent = "";
    working();
    return;
  }
  const possible = { cut: !photograph.hasShape, place: Boolean(object), save: Boolean(result) };
  if (!possible[step]) step = possible.place && step !== "cut" ? "place" : possible.cut ? "cut" : "place";
  for (const name of steps) {
    const isOn = name === step;
    $(`tab-${name}`).setAttribute("aria-selected", String(isOn));
    $(`tab-${name}`).tabIndex = isOn ? 0 : -1;
    $(`tab-${name}`).disabled = !possible[name];
    $(`panel-${name}`).hidden = !isOn;
  }
  $("tab-cut").hidden = photograph.hasShape;
  view.show(step === "cut" ? { width: photograph.width, height: photograph.height, key: photograph.id }
    : { width: painting.width, height: painting.height, key: painting.id });

  // Cut out
  $("cut-lead").textContent = isCutByHand() ? "Paint over what is missing with Keep, over what is too much with Remove."
    : "This was found by itself. If it is not the thing, drag a box around it.";
  $("brushes").hidden = tool() === "box";
  $("undo").disabled = cuts.past.length === 0;
  $("redo").disabled = cuts.future.length === 0;
  $("restart").disabled = cut.strokes.length === 0 && !cut.box;
  const warning = state.cut.warning;
  $("cut-warning").textContent = warning ? `${sentence(warning.text)} ${sentence(warning.hint ?? "")}` : "";
  numbers("box", shownBox());
  $("to-place").disabled = !possible.place;
  $("brush-value").textContent = `${Math.round(2 * brush())} px`;

  // Place and paint
  if (place) {
    value("place-x", place.x);
    value("place-y", place.y);
    value("place-scale", Number((100 * place.scale).toPrecision(5)));
    value("place-rotate", Number(place.rotate.toFixed(2)));
    $("place-flip").checked = place.flip;
  }
  const strength = settings.strength ?? state.autoStrength;
  if (document.activeElement !== $("strength") || !drag) $("strength").value = strength ?? 5;
  $("strength-value").textContent = strength == null ? "" : `${Number(strength.toFixed(1))} of 10`;
  $("strength-auto").checked = settings.strength == null;
  $("detail").value = settings.detail;
  $("detail-value").textContent = `${Math.round(100 * settings.detail)} %`;
  radio("colours", settings.ownColors ? "own" : "matched");
  radio("quality", settings.quality);
  radio("learn", settings.region || isChoosingRegion ? "part" : "all");
  $("region-numbers").hidden = !settings.region && !isChoosingRegion;
  if (settings.region) numbers("region", settings.region);
  $("place-undo").disabled = scenes.past.length === 0;
  $("place-redo").disabled = scenes.future.length === 0;
  const isIdle = job.status === "idle";
  $("repaint").hidden = !isIdle;
  $("repaint").disabled = !object || !place;
  $("progress").hidden = isIdle;
  $("bar").value = job.part;
  $("stop").disabled = job.status === "stopping";
  $("progress-text").textContent = isIdle ? "" : job.status === "stopping" ? "Stopping" : `${told(job.what)}${job.left == null ? "" : `, ${duration(job.left)} left`}`;

  // Compare and save
  const split = step === "save" && result;
  for (const id of ["split", "side-left", "side-right"]) $(id).hidden = !split;
  moveSplit();
  if (result) {
    const isOld = result.inputs !== state.inputs;
    $("save-lead").textContent = (result.isWhole ? `Repainted in ${duration(Math.ceil(result.seconds))}.` : "Stopped early: the best so far.")
      + (isOld ? " Something was changed since." : "");
    $("result-warnings").replaceChildren(...result.warnings.map((warning) => {
      const item = document.createElement("li");
      item.textContent = `${sentence(warning.text)} ${sentence(warning.hint ?? "")}`;
      return item;
    }));
    $("result-warnings").hidden = result.warnings.length === 0;
    if ($("command").textContent !== result.command) $("command").replaceChildren(...words(result.command));
  }
  hint();
  working();
  zoomed();
  view.redraw();
}

/** A command line whose words are not broken. */
function words(line) {
  return line.split(/(?<= )/).map((word) => {
    const span = document.createElement("span");
    span.textContent = word;
    return span;
  });
}

const sentence = (text) => (text ? `${text[0].toUpperCase()}${text.slice(1)}${/[.!?]$/.test(text) ? "" : "."}` : "");
const duration = (seconds) => (seconds < 100 ? `${seconds} s` : `${Math.round(seconds / 60)} min`);

/** What the program says it does, in words of people. */
function told(what) {
  if (!what) return "Working";
  if (/^pass 1/.test(what)) return "Finding the tones";
  if (/^pass 2/.test(what)) return "Making the strokes crisp";
  if (/strokes/.test(what)) return "Painting strokes";
  return what;
}

const isCutByHand = () => Boolean(cut.box || cut.strokes.length);

function hint() {
  let text = "";
  if (step === "cut") {
    text = { box: isCutByHand() ? "" : "Drag a box around the thing", keep: "Paint over what belongs to it", drop: "Paint over what does not belong to it" }[tool()];
  } else if (step === "place" && state.job.status === "idle") {
    const problem = state.look.inputs === state.inputs && !pending && state.look.problem;
    if (isChoosingRegion) text = "Drag a box around the part of the painting to learn from";
    else if (problem) text = `${sentence(problem.text)} ${sentence(problem.hint ?? "")}`;
    else if (state.object && isNew()) text = "Drag the thing where it belongs. Its corners size it, the round handle turns it.";
  }
  $("hint").textContent = text;
}

function working() {
  const text = isLost ? "" : state.reading ?? (step === "cut" && state.cut.isWorking ? "Cutting out"
    : step === "place" && state.look.isWorking ? "A quick look" : "");
  // Not for what is there at once.
  clearTimeout(workingTimer);
  if (!text) { $("working").hidden = true; return; }
  workingTimer = setTimeout(() => { $("working").textContent = text; $("working").hidden = false; }, $("working").hidden ? 250 : 0);
}
let workingTimer = 0;

function value(id, number) {
  if (document.activeElement !== $(id)) $(id).value = number;
}

function numbers(prefix, values) {
  ["x", "y", "w", "h"].forEach((side, i) => value(`${prefix}-${side}`, values[i]));
}

function radio(name, chosen) {
  for (const input of document.getElementsByName(name)) input.checked = input.value === chosen;
}

const tool = () => document.querySelector("input[name=tool]:checked").value;
/** The box of the cut, or the part of the photograph that is taken where there is none. */
const shownBox = () => {
  const { width, height } = state.photograph;
  return cut.box ?? [0.05 * width, 0.05 * height, 0.9 * width, 0.9 * height].map(Math.floor);
};
const brush = () => Math.max(1, (Math.min(state.photograph.width, state.photograph.height) / 5) * Math.pow($("brush").value / 100, 2));

let shownThumbnails = "";
function thumbnails() {
  if (!state) return;
  const key = [state.painting, state.photograph].map((given) => given && `${given.id} ${given.name}`).join();
  if (key === shownThumbnails) return;
  shownThumbnails = key;
  for (const [kind, side] of [["painting", 320], ["photograph", 1000]]) {
    const given = state[kind], chip = $(`${kind}-chip`), card = $(`card-${kind}`);
    chip.hidden = !given || !(state.painting && state.photograph);
    card.classList.toggle("there", Boolean(given));
    card.querySelector("img")?.remove();
    card.querySelector("svg").toggleAttribute("hidden", Boolean(given));
    if (!given) continue;
    const small = () => {
      const image = new Image();
      image.alt = "";
      image.src = `file/${given.id}-${side}`;
      return image;
    };
    const name = document.createElement("span");
    name.textContent = given.name;
    chip.replaceChildren(small(), name);
    chip.setAttribute("aria-label", `${kind === "painting" ? "Painting" : "Photograph"}: ${given.name}. Choose another`);
    card.prepend(small());
    card.querySelector("span").textContent = given.name;
  }
}

function zoomed() {
  const percent = 100 * view.zoom * view.ratio;
  $("zoom-value").textContent = `${percent < 10 ? percent.toFixed(1) : Math.round(percent)} %`;
}

function notify(text, hintText, isBad) {
  const notice = document.createElement("div");
  notice.className = isBad ? "notice bad" : "notice";
  notice.setAttribute("role", isBad ? "alert" : "status");
  const words = document.createElement("div");
  for (const line of [text, hintText]) {
    if (!line) continue;
    const paragraph = document.createElement("p");
    paragraph.textContent = sentence(line);
    words.append(paragraph);
  }
  const close = document.createElement("button");
  close.type = "button";
  close.textContent = "✕";
  close.setAttribute("aria-label", "Dismiss");
  close.addEventListener("click", () => notice.remove());
  notice.append(words, close);
  const all = $("notices");
  all.append(notice);
  while (all.children.length > 3) all.firstChild.remove();
  if (!isBad) setTimeout(() => notice.remove(), 6000);
}

// MARK: Pictures

const file = $("file");
let chosenKind = "painting";
function choose(kind) {
  chosenKind = kind;
  file.value = "";
  file.click();
}
file.addEventListener("change", () => { if (file.files[0]) give(chosenKind, file.files[0]); });

async function give(kind, given) {
  try {
    await server.give(kind, given);
  } catch (error) {
    notify("The picture was not taken.", error.message, true);
  }
}

for (const kind of ["painting", "photograph"]) {
  $(`card-${kind}`).addEventListener("click", () => choose(kind));
  $(`${kind}-chip`).addEventListener("click", () => choose(kind));
}
$("choose-mask").addEventListener("click", () => choose("mask"));

const nextKind = () => (state?.painting ? "photograph" : "painting");
const dropTargets = () => (state?.painting && state?.photograph
  ? [["painting", $("drop-painting")], ["photograph", $("drop-photograph")]]
  : [["painting", $("card-painting")], ["photograph", $("card-photograph")]]);

function dropTarget(event) {
  for (const [kind, element] of dropTargets()) {
    const box = element.getBoundingClientRect();
    if (event.clientX >= box.left && event.clientX <= box.right && event.clientY >= box.top && event.clientY <= box.bottom) return kind;
  }
  return nextKind();
}

let leaving = 0;
document.addEventListener("dragover", (event) => {
  if (!event.dataTransfer?.types.includes("Files")) return;
  event.preventDefault();
  clearTimeout(leaving);
  if (state?.painting && state?.photograph) $("dropping").hidden = false;
  const kind = dropTarget(event);
  for (const [name, element] of dropTargets()) element.classList.toggle("over", name === kind);
});
function endDrop() {
  $("dropping").hidden = true;
  for (const [, element] of dropTargets()) element.classList.remove("over");
}
document.addEventListener("dragleave", () => { leaving = setTimeout(endDrop, 120); });
document.addEventListener("drop", (event) => {
  event.preventDefault();
  const kind = dropTarget(event), files = [...event.dataTransfer.files];
  endDrop();
  if (files.length > 1 && !state?.painting && !state?.photograph) {
    give("painting", files[0]).then(() => give("photograph", files[1]));
  } else if (files[0]) give(kind, files[0]);
});
document.addEventListener("paste", (event) => {
  const given = [...event.clipboardData.files][0];
  if (!given) return;
  event.preventDefault();
  if (state?.painting && state?.photograph) notify("The pasted picture becomes the photograph.", "", false);
  give(nextKind(), given);
});

// MARK: The hand on the picture

const surface = $("view");
const position = (event) => {
  const box = surface.getBoundingClientRect();
  return { x: event.clientX - box.left, y: event.clientY - box.top };
};

const isNear = (handle, point) => Math.hypot(handle.x - point.x, handle.y - point.y) * view.scale < 12;

/** The corner of the cut's box that is opposite to the one at a point; null where there is none. */
function oppositeCorner(point) {
  const corners = cut.box ? canvas.boxCorners(cut.box) : [], near = corners.findIndex((corner) => isNear(corner, point));
  return near < 0 ? null : corners[(near + 2) % 4];
}

function hit(point) {
  if (!state.object || !place) return null;
  const size = state.photograph, found = canvas.handles(size, state.object.bounds, place, view.scale);
  const near = (handle) => isNear(handle, point);
  if (near(found.turn)) return "turn";
  const corner = found.points.findIndex(near);
  if (corner >= 0) return "size";
  const centre = geometry.middle(size, place);
  const inside = geometry.unseen(place, { x: point.x - centre.x, y: point.y - centre.y });
  const [x, y, width, height] = state.object.bounds;
  const at = { x: inside.x + size.width / 2, y: inside.y + size.height / 2 };
  return at.x >= x && at.x <= x + width && at.y >= y && at.y <= y + height ? "move" : null;
}

surface.addEventListener("pointerdown", (event) => {
  if (!state?.painting || !state?.photograph || (event.button !== 0 && event.button !== 1)) return;
  const at = position(event), point = view.inWorld(at);
  surface.setPointerCapture(event.pointerId);
  surface.focus({ focusVisible: false });
  if (event.button === 1 || isSpace) drag = { at, isPan: true };
  else if (step === "cut") {
    // A corner is drawn again from the one opposite.
    const corner = oppositeCorner(point);
    if (tool() === "box") drag = { start: corner ?? point, isBox: true, region: corner ? cut.box : null };
    else drag = { stroke: { keep: tool() === "keep", radius: brush(), points: [point.x, point.y] } };
  } else if (step === "place" && isChoosingRegion) drag = { start: point, isRegion: true, region: null };
  else if (step === "place" && state.job.status === "idle") {
    const what = hit(point);
    if (what) {
      const pivot = geometry.middle(state.photograph, place);
      const own = geometry.seen(place, geometry.ownOffset(state.photograph, state.object.bounds));
      drag = { what, start: point, before: place, pivot: { x: pivot.x + own.x, y: pivot.y + own.y }, changesPlace: false };
    } else drag = { at, isPan: true };
  } else drag = { at, isPan: true };
  view.redraw();
});

surface.addEventListener("pointermove", (event) => {
  if (!state) return;
  const at = position(event), point = view.inWorld(at);
  isOver = true;
  hover = step === "cut" ? point : null;
  if (!drag) {
    if (step === "place" && state.painting && !isChoosingRegion) {
      surface.dataset.what = state.job.status === "idle" ? hit(point) ?? "" : "";
      surface.style.cursor = { move: "move", size: "nwse-resize", turn: "grab" }[surface.dataset.what] ?? "default";
    } else if (step === "cut" && tool() === "box") surface.style.cursor = oppositeCorner(point) ? "move" : "crosshair";
    else surface.style.cursor = isChoosingRegion ? "crosshair" : step === "cut" ? "none" : "grab";
    view.redraw();
    return;
  }
  if (drag.isPan) {
    view.pan(at.x - drag.at.x, at.y - drag.at.y);
    drag.at = at;
  } else if (drag.stroke) {
    for (const each of event.getCoalescedEvents?.() ?? [event]) {
      const next = view.inWorld(position(each)), points = drag.stroke.points;
      if (Math.hypot(next.x - points.at(-2), next.y - points.at(-1)) * view.zoom >= 1.5 && points.length < 20000) points.push(next.x, next.y);
    }
  } else if (drag.isBox || drag.isRegion) {
    drag.region = between(drag.start, point, drag.isBox ? state.photograph : state.painting);
  } else if (drag.what) moveObject(point, event.shiftKey);
  view.redraw();
});

/** The whole pixels between two points, inside a picture. */
function between(start, end, picture) {
  const inside = (value, limit) => Math.min(limit, Math.max(0, Math.round(value)));
  const left = inside(Math.min(start.x, end.x), picture.width), right = inside(Math.max(start.x, end.x), picture.width);
  const top = inside(Math.min(start.y, end.y), picture.height), bottom = inside(Math.max(start.y, end.y), picture.height);
  return [left, top, right - left, bottom - top];
}

function moveObject(point, isStepped) {
  const size = state.photograph, before = drag.before, pivot = drag.pivot;
  drag.changesPlace = true;
  if (drag.what === "move") {
    place = { ...before, x: before.x + Math.round(point.x - drag.start.x), y: before.y + Math.round(point.y - drag.start.y) };
  } else if (drag.what === "size") {
    const from = Math.hypot(drag.start.x - pivot.x, drag.start.y - pivot.y) || 1;
    const factor = Math.hypot(point.x - pivot.x, point.y - pivot.y) / from;
    place = geometry.changedAbout(size, state.object.bounds, before, { scale: sensible(before.scale * factor) });
  } else {
    const angle = (at) => (-Math.atan2(at.y - pivot.y, at.x - pivot.x) * 180) / Math.PI;
    let rotate = before.rotate + angle(point) - angle(drag.start);
    rotate = isStepped ? 15 * Math.round(rotate / 15) : Math.round(10 * rotate) / 10;
    place = geometry.changedAbout(size, state.object.bounds, before, { rotate: around(rotate) });
  }
  showPlace();
  commit({ place: true });
}

const sensible = (scale) => Math.min(100, Math.max(0.001, Number(scale.toPrecision(4))));
/** An angle as people say it: between −180 and 180. */
const around = (degrees) => Number((((((degrees + 180) % 360) + 360) % 360) - 180).toFixed(3));

function showPlace() {
  value("place-x", place.x);
  value("place-y", place.y);
  value("place-scale", Number((100 * place.scale).toPrecision(5)));
  value("place-rotate", Number(place.rotate.toFixed(2)));
}

function endDrag() {
  const ended = drag;
  drag = null;
  if (!ended) return;
  if (ended.stroke) changeCut({ box: cut.box, strokes: [...cut.strokes, ended.stroke] });
  else if (ended.isBox && ended.region && ended.region[2] > 3 && ended.region[3] > 3) changeCut({ box: ended.region, strokes: cut.strokes });
  else if (ended.isRegion && ended.region && ended.region[2] > 7 && ended.region[3] > 7) {
    isChoosingRegion = false;
    set({ region: ended.region });
  } else if (ended.changesPlace) keepScene({ place: ended.before, settings });
  show();
}
surface.addEventListener("pointerup", endDrag);
surface.addEventListener("pointercancel", () => { drag = null; view.redraw(); });
surface.addEventListener("pointerleave", () => { hover = null; isOver = false; view.redraw(); });
surface.addEventListener("focus", () => view.redraw());
surface.addEventListener("blur", () => view.redraw());
surface.addEventListener("wheel", (event) => {
  event.preventDefault();
  const factor = Math.exp(-event.deltaY * (event.deltaMode === 1 ? 0.05 : 0.0016) * (event.ctrlKey ? 4 : 1));
  view.zoomTo(view.zoom * factor, position(event));
}, { passive: false });

// MARK: Changes

/** Changes the cut; changes of one kind that follow each other closely wait for the last. */
function changeCut(next, kind = null) {
  if (JSON.stringify(next) === JSON.stringify(cut)) return;
  cuts.keep(cut, kind);
  cut = next;
  commit({ cut: true }, kind === null ? 0 : 300);
  show();
}

function keepScene(before, kind = null) {
  if (JSON.stringify(before) === JSON.stringify({ place, settings })) return;
  if (before.place !== place) sessionStorage.setItem("placed", "yes");
  scenes.keep(before, kind);
}

/** Sets values of the place, about the middle of what is seen of the object. */
function move(values, isAbout = true, kind = null) {
  if (!place || !state.object) return;
  const before = { place, settings };
  place = isAbout ? geometry.changedAbout(state.photograph, state.object.bounds, place, values) : { ...place, ...values };
  keepScene(before, kind);
  commit({ place: true });
  show();
}

function set(values, kind = null) {
  const before = { place, settings };
  settings = { ...settings, ...values };
  keepScene(before, kind);
  commit({ settings: true });
  show();
}

/** Undoes, or does again, in the step that is shown. */
function travel(way) {
  if (step === "cut") {
    const next = cuts[way](cut);
    if (!next) return;
    cut = next;
    commit({ cut: true }, 0);
  } else if (step === "place") {
    const next = scenes[way]({ place, settings });
    if (!next) return;
    ({ place, settings } = next);
    commit({ place: true, settings: true });
  }
  show();
}
const undo = () => travel("back"), redo = () => travel("forth");

$("undo").addEventListener("click", undo);
$("redo").addEventListener("click", redo);
$("place-undo").addEventListener("click", undo);
$("place-redo").addEventListener("click", redo);
$("restart").addEventListener("click", () => changeCut({ box: null, strokes: [] }));
$("to-place").addEventListener("click", () => { go("place"); surface.focus({ focusVisible: false }); });
$("brush").addEventListener("input", () => { $("brush-value").textContent = `${Math.round(2 * brush())} px`; });
for (const input of document.getElementsByName("tool")) input.addEventListener("change", () => { hover = null; show(); });

function boxOf(prefix, limit) {
  const [x, y, width, height] = ["x", "y", "w", "h"].map((side) => Math.round(Number($(`${prefix}-${side}`).value)));
  if (![x, y, width, height].every(Number.isFinite) || x < 0 || y < 0 || width < 2 || height < 2 || x + width > limit.width || y + height > limit.height) return null;
  return [x, y, width, height];
}
for (const side of ["x", "y", "w", "h"]) {
  $(`box-${side}`).addEventListener("change", () => {
    const box = boxOf("box", state.photograph);
    if (box) changeCut({ box, strokes: cut.strokes });
  });
  $(`region-${side}`).addEventListener("change", () => {
    const region = boxOf("region", state.painting);
    if (region) { isChoosingRegion = false; set({ region }); }
  });
}

for (const [id, make] of [
  ["place-x", (number) => [{ x: Math.round(number) }, false]], ["place-y", (number) => [{ y: Math.round(number) }, false]],
  ["place-scale", (number) => [{ scale: sensible(number / 100) }, true]], ["place-rotate", (number) => [{ rotate: Math.min(360, Math.max(-360, number)) }, true]],
]) {
  $(id).addEventListener("change", () => {
    const number = Number($(id).value);
    if (Number.isFinite(number) && $(id).value !== "" && !(id === "place-scale" && number <= 0)) move(...make(number));
    else show();
  });
}
$("place-flip").addEventListener("change", () => move({ flip: $("place-flip").checked }));
$("place-middle").addEventListener("click", () => {
  const own = geometry.seen(place, geometry.ownOffset(state.photograph, state.object.bounds));
  const at = geometry.placedAt(state.photograph, place, { x: state.painting.width / 2 - own.x, y: state.painting.height / 2 - own.y });
  move({ x: at.x, y: at.y }, false);
});
$("strength").addEventListener("input", () => set({ strength: Number($("strength").value) }, "strength"));
$("strength-auto").addEventListener("change", () => {
  set({ strength: $("strength-auto").checked ? null : Math.round(2 * (state.autoStrength ?? 5)) / 2 });
});
$("detail").addEventListener("input", () => set({ detail: Number($("detail").value) }, "detail"));
for (const input of document.getElementsByName("colours")) input.addEventListener("change", () => set({ ownColors: input.value === "own" }));
for (const input of document.getElementsByName("quality")) input.addEventListener("change", () => set({ quality: input.value }));
for (const input of document.getElementsByName("learn")) {
  input.addEventListener("change", () => {
    isChoosingRegion = input.value === "part";
    if (!isChoosingRegion && settings.region) set({ region: null });
    show();
  });
}

$("repaint").addEventListener("click", async () => {
  isChoosingRegion = false;
  await flush();
  try {
    await server.repaint();
  } catch (error) {
    notify("The repainting did not begin.", error.message, true);
  }
});
$("stop").addEventListener("click", () => server.stop().catch((error) => notify("It could not be stopped.", error.message, true)));
$("copy").addEventListener("click", async () => {
  try {
    await navigator.clipboard.writeText($("command").textContent);
    notify("Copied.", "", false);
  } catch {
    getSelection().selectAllChildren($("command"));
    notify("Press Ctrl-C to copy.", "", false);
  }
});

// MARK: The comparison

function moveSplit() {
  $("split").style.left = `${100 * half}%`;
  $("split").setAttribute("aria-valuenow", String(Math.round(100 * half)));
}
/** Puts the border between the two through the object. */
function halve() {
  if (!place || !state.object) return;
  const points = geometry.corners(state.photograph, state.object.bounds, place).map((point) => view.onCanvas(point).x);
  setHalf((Math.min(...points) + Math.max(...points)) / 2 / view.width);
}
function setHalf(part) {
  half = Math.min(1, Math.max(0, part));
  moveSplit();
  view.redraw();
}
$("split").addEventListener("pointerdown", (event) => {
  $("split").setPointerCapture(event.pointerId);
  $("split").onpointermove = (move) => setHalf(position(move).x / view.width);
});
$("split").addEventListener("pointerup", () => { $("split").onpointermove = null; });
$("split").addEventListener("keydown", (event) => {
  const steps = { ArrowLeft: -0.02, ArrowRight: 0.02, PageDown: -0.2, PageUp: 0.2, Home: -1, End: 1 };
  if (!(event.key in steps)) return;
  event.preventDefault();
  setHalf(half + steps[event.key]);
});

// MARK: Zoom, steps and keys

$("zoom-in").addEventListener("click", () => { view.zoomTo(view.zoom * 1.25); });
$("zoom-out").addEventListener("click", () => { view.zoomTo(view.zoom / 1.25); });
$("zoom-full").addEventListener("click", () => { view.zoomTo(1 / view.ratio); });
$("zoom-fit").addEventListener("click", () => { view.fit(); });
$("help-button").addEventListener("click", () => $("help").showModal());

for (const name of steps) $(`tab-${name}`).addEventListener("click", () => go(name));
document.querySelector(".steps").addEventListener("keydown", (event) => {
  const direction = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (!direction) return;
  event.preventDefault();
  const possible = steps.filter((name) => !$(`tab-${name}`).disabled && !$(`tab-${name}`).hidden);
  go(possible[(possible.indexOf(step) + direction + possible.length) % possible.length]);
  $(`tab-${step}`).focus();
});

/** Moves the box of the cut by keys, or sizes it: then its upper left corner stays. */
function pushBox([dx, dy], isSizing) {
  const { width, height } = state.photograph, far = Math.max(1, Math.round(Math.min(width, height) / 50));
  const within = (low, value, high) => Math.max(low, Math.min(high, value));
  const [x, y, w, h] = shownBox();
  const box = isSizing
    ? [x, y, within(Math.min(4, w), w + dx * far, width - x), within(Math.min(4, h), h + dy * far, height - y)]
    : [within(0, x + dx * far, width - w), within(0, y + dy * far, height - h), w, h];
  changeCut({ box, strokes: cut.strokes }, isSizing ? "size" : "move");
}

function keyOnPicture(event) {
  const stepSize = event.shiftKey ? 10 : 1;
  const arrows = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
  if (step === "place" && place && state.object && state.job.status === "idle" && !isChoosingRegion) {
    const turned = event.shiftKey ? 15 : 1;
    const change = arrows ? [{ x: place.x + arrows[0] * stepSize, y: place.y + arrows[1] * stepSize }, false] : {
      "+": [{ scale: sensible(place.scale * 1.02) }], "=": [{ scale: sensible(place.scale * 1.02) }], "-": [{ scale: sensible(place.scale / 1.02) }],
      "[": [{ rotate: around(place.rotate + turned) }], "{": [{ rotate: around(place.rotate + turned) }],
      "]": [{ rotate: around(place.rotate - turned) }], "}": [{ rotate: around(place.rotate - turned) }],
      f: [{ flip: !place.flip }], F: [{ flip: !place.flip }],
    }[event.key];
    if (change) return move(change[0], change[1], event.key), true;
  }
  if (step === "cut" && tool() === "box" && arrows) return pushBox(arrows, event.shiftKey), true;
  if (step === "cut" && tool() !== "box") {
    const { width, height } = state.photograph, far = event.shiftKey ? 1 : Math.max(1, Math.min(width, height) / 50);
    if (arrows) {
      hover ??= { x: width / 2, y: height / 2 };
      hover = { x: hover.x + arrows[0] * far, y: hover.y + arrows[1] * far };
      return view.redraw(), true;
    }
    if (event.key === " " || event.key === "Enter") {
      hover ??= { x: width / 2, y: height / 2 };
      return changeCut({ box: cut.box, strokes: [...cut.strokes, { keep: tool() === "keep", radius: brush(), points: [hover.x, hover.y] }] }), true;
    }
  }
  if (step === "save" && arrows) return setHalf(half + 0.02 * arrows[0]), true;
  return false;
}

document.addEventListener("keydown", (event) => {
  if (!state || $("help").open) return;
  const isTyping = event.target.matches?.("input[type=number], pre") ?? false;
  if ((event.ctrlKey || event.metaKey) && ["z", "y"].includes(event.key.toLowerCase()) && !isTyping) {
    event.preventDefault();
    return event.shiftKey || event.key.toLowerCase() === "y" ? redo() : undo();
  }
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping) return;
  if (event.target === surface && keyOnPicture(event)) return event.preventDefault();
  if (event.key === " " && (event.target === surface || event.target === document.body)) {
    isSpace = true;
    return event.preventDefault();
  }
  if (event.target.matches?.("input[type=range]")) return;
  if (event.key === "?") $("help").showModal();
  else if (event.key === "0") view.fit();
  else if (event.key === "1") view.zoomTo(1 / view.ratio);
  else if (event.key === "+" || event.key === "=") view.zoomTo(view.zoom * 1.25);
  else if (event.key === "-") view.zoomTo(view.zoom / 1.25);
});
document.addEventListener("keyup", (event) => { if (event.key === " ") isSpace = false; });
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => view.redraw());
