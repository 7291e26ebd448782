/** A layer as far as waste is concerned: the files that it brings and takes away. */
export interface WastefulLayer {
  readonly entries: readonly {
    /** Absolute; of a whiteout the path that it takes away, of an opaque mark the folder that it empties. */
    readonly path: string;
    readonly kind: 'file' | 'directory' | 'link' | 'other' | 'whiteout' | 'opaque';
    readonly bytes: number;
  }[];
}

/**
 * For each layer, in order, the bytes that it carries though nobody can see them in the finished image: files that a
 * later layer deletes, or brings anew. They are charged in full to the layer that brought them, so that the sum is
 * what all layers carry less what the finished image shows.
 */
export function wastedBytes(layers: readonly WastefulLayer[]): readonly number[] {
  const wasted = layers.map(() => 0);
  const root = newFolder();
  const charge = (removed: Node | undefined): void => {
    for (const { layer, bytes } of filesIn(removed)) wasted[layer] = (wasted[layer] ?? 0) + bytes;
  };
  for (const [index, layer] of layers.entries()) {
    // What a layer takes away lies below it, whatever the order of its entries.
    for (const { kind, path } of layer.entries) {
      if (kind === 'whiteout') charge(takeAway(root, namesOf(path)));
      if (kind === 'opaque') charge(emptyFolder(root, namesOf(path)));
    }
    for (const { kind, path, bytes } of layer.entries) {
      if (kind === 'whiteout' || kind === 'opaque') continue;
      for (const replaced of put(
        root,
        namesOf(path),
        kind === 'directory' ? undefined : { layer: index, bytes },
      )) {
        charge(replaced);
      }
    }
  }
  return wasted;
}

interface File {
  readonly layer: number;
  readonly bytes: number;
}

interface Folder {
  readonly children: Map<string, Node>;
}

type Node = File | Folder;

function newFolder(): Folder {
  return { children: new Map() };
}

function namesOf(path: string): string[] {
  return path.split('/').filter((name) => name !== '');
}

/** Puts a file, or a folder, at a path. Yields what it replaces: a folder laid over a folder replaces nothing. */
function* put(root: Folder, names: readonly string[], file: File | undefined): Generator<Node> {
  let folder = root;
  for (const [depth, name] of names.entries()) {
    const present = folder.children.get(name);
    if (file !== undefined && depth === names.length - 1) {
      if (present) yield present;
      folder.children.set(name, file);
      return;
    }
    if (present && 'children' in present) folder = present;
    else {
      if (present) yield present;
      const below = newFolder();
      folder.children.set(name, below);
      folder = below;
    }
  }
}

function takeAway(root: Folder, names: readonly string[]): Node | undefined {
  const name = names.at(-1);
  const parent = find(root, names.slice(0, -1));
  if (name === undefined || !parent || !('children' in parent)) return undefined;
  const node = parent.children.get(name);
  parent.children.delete(name);
  return node;
}

function emptyFolder(root: Folder, names: readonly string[]): Node | undefined {
  const folder = find(root, names);
  if (!folder || !('children' in folder)) return undefined;
  const removed = { children: new Map(folder.children) };
  folder.children.clear();
  return removed;
}

function find(root: Folder, names: readonly string[]): Node | undefined {
  let node: Node | undefined = root;
  for (const name of names) node = node && 'children' in node ? node.children.get(name) : undefined;
  return node;
}

/** All files at or below a node. Without recursion: a learner decides how deep folders lie. */
function* filesIn(node: Node | undefined): Generator<File> {
  const open = node ? [node] : [];
  for (let next = open.pop(); next; next = open.pop()) {
    if ('children' in next) for (const child of next.children.values()) open.push(child);
    else yield next;
  }
}
