import { useEffect, useRef, useState } from 'react';
import { parseJson } from '../../core/json.ts';
import { addressOf } from './client.ts';

/** `live`: events come in. `reconnecting`: the browser tries again by itself. `ended`: nothing more will come. */
export type StreamState = 'connecting' | 'live' | 'reconnecting' | 'ended';

/**
 * Listens to server-sent events of `path` while the page is shown. `handlers` by event name get the parsed JSON;
 * the server's `end` closes it. Null listens to nothing.
 */
export function useEvents(
  path: string | null,
  names: readonly string[],
  onEvent: (name: string, data: unknown) => void,
): StreamState {
  const [state, setState] = useState<StreamState>('connecting');
  const handler = useRef(onEvent);
  useEffect(() => {
    handler.current = onEvent;
  });
  const key = names.join(' ');

  useEffect(() => {
    if (path === null) return;
    const source = new EventSource(addressOf(path));
    source.onopen = () => {
      setState('live');
    };
    source.onerror = () => {
      setState(source.readyState === EventSource.CLOSED ? 'ended' : 'reconnecting');
    };
    for (const name of key.split(' ')) {
      source.addEventListener(name, (event: MessageEvent<unknown>) => {
        handler.current(name, parseJson(String(event.data)));
      });
    }
    source.addEventListener('end', () => {
      source.close();
      setState('ended');
    });
    return () => {
      source.close();
    };
  }, [path, key]);

  return state;
}
