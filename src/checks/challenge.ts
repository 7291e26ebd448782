import { randomBytes, randomInt } from 'node:crypto';

/** Fresh random values for one request, and the same values to compare its answer with. */
export class Challenge {
  readonly #texts: Readonly<Record<string, string>>;
  readonly #features: readonly number[];

  constructor(buildId: string) {
    this.#texts = { '{buildId}': buildId, '{random}': randomBytes(8).toString('hex') };
    this.#features = Array.from({ length: randomInt(3, 7) }, () => randomInt(-100_000, 100_000) / 100);
  }

  /** A text with its placeholders filled in. */
  text(template: string): string {
    return template.replace(/\{[a-zA-Z]+\}/g, (placeholder) => this.#texts[placeholder] ?? placeholder);
  }

  /** A JSON value with its placeholders filled in, at any depth. */
  value(template: unknown): unknown {
    if (template === '{features}') return this.#features;
    if (template === '{mean}') return this.#mean();
    if (typeof template === 'string') return this.text(template);
    if (Array.isArray(template)) return template.map((item) => this.value(item));
    if (typeof template !== 'object' || template === null) return template;
    return Object.fromEntries(Object.entries(template).map(([key, item]) => [key, this.value(item)]));
  }

  /** Is `found` what `template` asks for? Means may differ in their last digits, as engines add up differently. */
  matches(template: unknown, found: unknown): boolean {
    const wanted = this.value(template);
    if (template !== '{mean}' || typeof wanted !== 'number') return found === wanted;
    return typeof found === 'number' && Math.abs(found - wanted) <= 1e-9 * Math.max(1, Math.abs(wanted));
  }

  #mean(): number {
    return this.#features.reduce((sum, feature) => sum + feature, 0) / this.#features.length;
  }
}
