import { describe, expect, it } from 'vitest';
import { decodeSockets, endpoint } from '../../../src/adapters/docker/agents/socket-table.ts';
import { processOf } from '../checks/support/fake-subject.ts';

describe('endpoint', () => {
  it.each([
    ['0100007F:1F90', '127.0.0.1', 8080],
    ['00000000:1F40', '0.0.0.0', 8000],
    ['0B00007F:B407', '127.0.0.11', 46087],
    ['00000000000000000000000000000000:1F40', '::', 8000],
    ['00000000000000000000000001000000:1F40', '::1', 8000],
    ['0000000000000000FFFF00000200000A:1F40', '10.0.0.2', 8000],
    ['B80D0120000000000000000001000000:0050', '2001:db8::1', 80],
    ['000080FE00000000FF9B0002AB12F3FE:0016', 'fe80::200:9bff:fef3:12ab', 22],
  ])('reads %s as %s, port %i', (text, address, port) => {
    expect(endpoint(text)).toEqual({ address, port });
  });
});

describe('decodeSockets', () => {
  it('leaves out the resolver that Docker puts into every container', () => {
    const row = { family: 'tcp' as const, remote: '00000000:0000', state: '0A', owners: [] };
    const { listening } = decodeSockets([
      { ...row, local: '0B00007F:B407' },
      { ...row, local: '0100007F:1F40' },
    ]);

    expect(listening.map(({ address }) => address)).toEqual(['127.0.0.1']);
  });

  it('tells which connections nobody has taken, also when the one who opened it has gone', () => {
    const row = { family: 'tcp' as const, owners: [], local: '030DD50A:1F40', remote: '010DD50A:C350' };
    const taken = [processOf()];
    const { waiting } = decodeSockets([
      { ...row, state: '01' },
      { ...row, state: '08' },
      { ...row, state: '01', owners: taken },
      { ...row, state: '0A' },
    ]);

    expect(waiting).toEqual([{ localPort: 8000 }, { localPort: 8000 }]);
  });

  it('tells whose connection is whose', () => {
    const row = { family: 'tcp' as const, owners: [], state: '01' };
    const { established, listening } = decodeSockets([
      { ...row, local: '030DD50A:1F40', remote: '010DD50A:C350' },
    ]);

    expect(listening).toEqual([]);
    expect(established).toEqual([
      { localPort: 8000, remoteAddress: '10.213.13.1', remotePort: 50000, owners: [] },
    ]);
  });
});
