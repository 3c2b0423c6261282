/**
 * Which assets hold a component, for the whole estate in memory: an inverted index over the lists of `estate.inventory`
 * with the differences since it was built beside it. A pair costs four bytes.
 */

/** A list is one kind of component on one asset as one source saw it. */
export interface HolderList {
  readonly asset: number;
  readonly of: string;
  readonly components: Uint32Array;
}

export interface HolderDifference {
  readonly asset: number;
  readonly of: string;
  readonly added: readonly number[];
  readonly removed: readonly number[];
}

export interface Holders {
  /** Calls `visit` with the number of each asset that has the component; one asset may come twice, from two lists. */
  readonly each: (component: number, visit: (asset: number) => void) => void;
  /** The same difference applied again, with all that came after it, changes nothing. */
  apply(difference: HolderDifference): void;
  /** Lists, and pairs of list and component. */
  readonly lists: number;
  readonly pairs: number;
  readonly bytes: number;
}

export interface HoldersBuilder {
  add(list: HolderList): void;
  /** Ends the building; the builder is empty then. */
  finish(): Holders;
}

const CHUNK = 1 << 20;
/** Differences are worked into the arrays when there is one for so many pairs. */
const SHARE_OF_DIFFERENCES = 20;
const FEWEST_DIFFERENCES = 50_000;

/** `fewest`: so many differences stand beside the arrays before they are worked in. */
export function holdersBuilder(chunkSize = CHUNK, fewest = FEWEST_DIFFERENCES): HoldersBuilder {
  let chunks: Uint32Array[] = [];
  let used = chunkSize;
  let counts = new Uint32Array(1024);
  let pairs = 0;
  const numbers = new Map<string, number>();
  const assets: number[] = [];
  const lengths: number[] = [];

  function push(component: number): void {
    if (used === chunkSize) {
      chunks.push(new Uint32Array(chunkSize));
      used = 0;
    }
    (chunks.at(-1) as Uint32Array)[used++] = component;
    if (component >= counts.length) counts = grown(counts, component + 1);
    counts[component] = (counts[component] as number) + 1;
    pairs += 1;
  }
  return {
    add({ asset, of, components }) {
      numbers.set(`${asset} ${of}`, assets.length);
      assets.push(asset);
      lengths.push(components.length);
      for (const component of components) push(component);
    },
    finish() {
      const starts = startsOf(counts);
      const lists = new Uint32Array(pairs);
      const next = starts.slice();
      let [chunk, at] = [0, 0];
      lengths.forEach((length, list) => {
        for (let i = 0; i < length; i++) {
          if (at === chunkSize) {
            // What has been read is given back at once: of the pairs there are never two whole copies for long.
            chunks[chunk++] = new Uint32Array();
            at = 0;
          }
          const component = (chunks[chunk] as Uint32Array)[at++] as number;
          const place = next[component] as number;
          lists[place] = list;
          next[component] = place + 1;
        }
      });
      chunks = [];
      return openHolders({ starts, lists }, numbers, Uint32Array.from(assets), fewest);
    },
  };
}

interface Postings {
  /** By component. */
  starts: Uint32Array;
  lists: Uint32Array;
}

function openHolders(
  base: Postings,
  numbers: Map<string, number>,
  givenAssets: Uint32Array,
  fewest: number,
): Holders {
  const postings = base;
  let assets = givenAssets;
  let lists = assets.length;
  /** What differs from the postings, by component: whether the list has it now. */
  let differences = new Map<number, Map<number, boolean>>();
  let different = 0;

  function listOf(asset: number, of: string): number {
    const name = `${asset} ${of}`;
    let list = numbers.get(name);
    if (list === undefined) {
      list = lists++;
      numbers.set(name, list);
      if (list >= assets.length) assets = grown(assets, list + 1);
      assets[list] = asset;
    }
    return list;
  }
  function set(component: number, list: number, has: boolean): void {
    let ofComponent = differences.get(component);
    if (ofComponent === undefined)
      differences.set(component, (ofComponent = new Map<number, boolean>()));
    if (!ofComponent.has(list)) different += 1;
    ofComponent.set(list, has);
  }
  function workIn(): void {
    if (different < fewest) return;
    if (different * SHARE_OF_DIFFERENCES < postings.lists.length) return;
    Object.assign(postings, merged(postings, differences));
    differences = new Map<number, Map<number, boolean>>();
    different = 0;
  }
  return {
    each(component, visit) {
      const changed = differences.get(component);
      const end = postings.starts[component + 1] ?? 0;
      for (let i = postings.starts[component] ?? 0; i < end; i++) {
        const list = postings.lists[i] as number;
        if (changed === undefined || changed.get(list) !== false) visit(assets[list] as number);
      }
      if (changed === undefined) return;
      for (const [list, has] of changed) if (has) visit(assets[list] as number);
    },
    apply({ asset, of, added, removed }) {
      const list = listOf(asset, of);
      for (const component of removed) set(component, list, false);
      for (const component of added) set(component, list, true);
      workIn();
    },
    get lists() {
      return lists;
    },
    get pairs() {
      return postings.lists.length;
    },
    get bytes() {
      return postings.starts.byteLength + postings.lists.byteLength + assets.byteLength;
    },
  };
}

function startsOf(counts: Uint32Array): Uint32Array<ArrayBuffer> {
  const starts = new Uint32Array(counts.length + 1);
  for (let i = 0; i < counts.length; i++)
    starts[i + 1] = (starts[i] as number) + (counts[i] as number);
  return starts;
}

/** The postings with the differences in them. */
function merged(
  { starts, lists }: Postings,
  differences: ReadonlyMap<number, ReadonlyMap<number, boolean>>,
): Postings {
  let highest = starts.length - 2;
  for (const component of differences.keys()) highest = Math.max(highest, component);
  const counts = new Uint32Array(highest + 1);
  const kept = (visit: (component: number, list: number) => void): void => {
    for (let component = 0; component <= highest; component++) {
      const changed = differences.get(component);
      const end = starts[component + 1] ?? 0;
      for (let i = starts[component] ?? 0; i < end; i++) {
        const list = lists[i] as number;
        if (changed?.has(list) !== true) visit(component, list);
      }
      for (const [list, has] of changed ?? []) if (has) visit(component, list);
    }
  };
  kept((component) => (counts[component] = (counts[component] as number) + 1));
  const next = startsOf(counts);
  const result = { starts: next.slice(), lists: new Uint32Array(next.at(-1) ?? 0) };
  kept((component, list) => {
    const place = next[component] as number;
    result.lists[place] = list;
    next[component] = place + 1;
  });
  return result;
}

function grown(array: Uint32Array, length: number): Uint32Array<ArrayBuffer> {
  const wide = new Uint32Array(Math.max(array.length * 2, length));
  wide.set(array);
  return wide;
}
