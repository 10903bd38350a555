// What the page asks of the program. All addresses are below the secret one of this page.

export const tab = crypto.randomUUID();

/** Follows the state: calls `changed` with each new one, and `lost` where the program does not answer. */
export async function follow(changed, lost) {
  let revision = 0, failures = 0;
  for (;;) {
    // A page that nobody sees does not hold a connection.
    if (document.hidden) await new Promise((resume) => document.addEventListener("visibilitychange", resume, { once: true }));
    try {
      const answer = await fetch(`state?after=${revision}`);
      if (!answer.ok) throw new Error(String(answer.status));
      const state = await answer.json();
      if (failures > 1) lost(false);
      failures = 0;
      revision = state.revision;
      changed(state);
    } catch {
      failures += 1;
      if (failures === 2) lost(true);
      await new Promise((resume) => setTimeout(resume, Math.min(2000, 200 * failures)));
    }
  }
}

async function send(address, options) {
  const answer = await fetch(address, options);
  if (!answer.ok) throw new Error((await answer.text()).trim());
  return answer.json();
}

let waiting = null, sending = null;

/** Sends a change; of those that come while one is under way, only the last of each kind. */
export function change(parts) {
  waiting = { ...waiting, ...parts };
  sending ??= (async () => {
    try {
      while (waiting) {
        const body = JSON.stringify({ ...waiting, tab });
        waiting = null;
        await send("change", { method: "POST", headers: { "content-type": "application/json" }, body });
      }
    } finally {
      sending = null;
    }
  })();
  return sending;
}

/** Whether a change is on its way. */
export const isSending = () => sending !== null;

export const repaint = () => send("repaint", { method: "POST" });
export const stop = () => send("stop", { method: "POST" });

/** Gives a picture file. */
export function give(kind, file) {
  if (file.size > 2 ** 30) return Promise.reject(new Error("Pictures of more than 1 GB are not taken."));
  const name = encodeURIComponent(file.name || `${kind}.png`);
  return send(`${kind}?name=${name}&tab=${tab}`, { method: "PUT", body: file });
}

/** Images by name, of which those that were not asked for lately need no memory. */
class Images {
  constructor(most) {
    this.most = most;
    this.known = new Map();
  }

  /** An image; null, and calls `loaded` later, while it is not there. Nothing is asked for twice. */
  get(name, loaded, failed = () => this.known.delete(name)) {
    const known = this.known.get(name);
    if (known) {
      // The newest is the last.
      this.known.delete(name);
      this.known.set(name, known);
      return known.isThere ? known : null;
    }
    const picture = new Image();
    picture.addEventListener("load", () => {
      picture.isThere = true;
      loaded(picture);
    });
    picture.addEventListener("error", failed);
    picture.src = `file/${name}`;
    this.known.set(name, picture);
    if (this.known.size > this.most) this.known.delete(this.known.keys().next().value);
    return null;
  }
}

const images = new Images(24), tiles = new Images(200);

/** An image by its name; calls `loaded` when it is there. */
export const image = (name, loaded) => (name ? images.get(name, loaded) : null);

/** The side of a tile, in pixels. */
export const tileSide = 1024;
const tiled = new Map();

/** A tile of a picture at its own size. The first takes a while: others are asked for once it is there. */
export function tile(id, column, row, loaded) {
  const name = `${id}-tile-${column}-${row}`, first = tiled.get(id) ?? name;
  tiled.set(id, first);
  if (first !== name && first !== "all") return null;
  return tiles.get(name, () => {
    tiled.set(id, "all");
    loaded();
  }, () => tiled.set(id, "none"));
}
