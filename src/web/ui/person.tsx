/** A name in its own writing direction, cut where it is too long; the whole of it is in the tooltip. */
export function Person({ name }: { readonly name: string }) {
  return (
    <bdi className="person" dir="auto" title={name}>
      {name}
    </bdi>
  );
}
