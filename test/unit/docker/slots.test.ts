import { describe, expect, it } from 'vitest';
import { Slots } from '../../../src/adapters/docker/slots.ts';

const never = new AbortController().signal;

describe('slots', () => {
  it('are handed on in the order in which they were asked for', async () => {
    const slots = new Slots(1);
    const order: string[] = [];
    await slots.take(never);
    const waiting = ['first', 'second'].map((name) => slots.take(never).then(() => order.push(name)));

    slots.giveBack();
    await waiting[0];
    const between = [...order];
    slots.giveBack();
    await waiting[1];

    expect(between).toEqual(['first']);
    expect(order).toEqual(['first', 'second']);
  });

  it('pass over who gave up waiting', async () => {
    const slots = new Slots(1);
    const giving = new AbortController();
    await slots.take(never);
    const impatient = slots.take(giving.signal);
    const patient = slots.take(never);
    giving.abort(new Error('too long'));

    await expect(impatient).rejects.toThrow('too long');
    slots.giveBack();

    await expect(patient).resolves.toBeUndefined();
    expect(slots.free).toBe(0);
  });

  it('are all free again when all were given back', async () => {
    const slots = new Slots(2);
    await slots.take(never);
    await slots.take(never);
    slots.giveBack();
    slots.giveBack();

    expect(slots.free).toBe(2);
  });

  it('tell who waits that they were closed', async () => {
    const slots = new Slots(0);
    const waiting = slots.take(never);
    slots.close();

    await expect(waiting).rejects.toThrow('closed');
    await expect(slots.take(never)).rejects.toThrow('closed');
  });
});
