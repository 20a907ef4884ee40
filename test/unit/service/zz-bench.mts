import { fork } from 'node:child_process';
import { Server, ServerCredentials, Client, credentials } from '@grpc/grpc-js';
import { startFixtureServer, request, paths } from './fixture-server.js';
const identity = (b: Buffer) => b;
if (process.argv[2] === 'client') {
  const client = new Client(process.argv[3]!, credentials.createInsecure());
  const call = (p: Buffer) => new Promise<void>((res, rej) => client.makeUnaryRequest(paths.unary, identity, identity, p, (e) => e ? rej(e) : res()));
  const out: string[] = [];
  for (const size of [200]) for (const n of [1, 32]) {
    const p = request('echo', 'x'.repeat(size));
    const run = async (ms: number) => {
      let count = 0; const t = performance.now(); const lat: number[] = []; 
      await Promise.all(Array.from({ length: n }, async () => { while (count < ms) { count++; const a = performance.now(); await call(p); lat.push(performance.now() - a); } }));
      lat.sort((a, b) => a - b);
      return `${(count / (performance.now() - t) * 1000).toFixed(0)}/s p10 ${lat[lat.length / 10 | 0]!.toFixed(2)}ms p50 ${lat[lat.length >> 1]!.toFixed(2)}ms`;
    };
    await run(n === 1 ? 300 : 2000);
    out.push(`${size}B x${n}: ${await run(n === 1 ? 1000 : 8000)}`);
  }
  console.log(process.argv[4], out.join('  '));
  process.exit(0);
}
const fixture = await startFixtureServer();
const plain = new Server();
plain.addService({ GetRecord: { path: paths.unary, requestStream: false, responseStream: false, requestSerialize: identity, requestDeserialize: identity, responseSerialize: identity, responseDeserialize: identity } } as never, { GetRecord: (call: any, cb: any) => cb(null, call.request) });
const port = await new Promise<number>((res) => plain.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (_e, p) => res(p)));
const run = (addr: string, label: string) => new Promise<void>((res) => fork(process.argv[1]!, ['client', addr, label], { execArgv: process.execArgv }).on('exit', () => res()));
const measured = async (a: string, l: string) => { const c = process.cpuUsage(); await run(a, l); const d = process.cpuUsage(c); console.log(l, process.env.FLUSH, 'server cpu ms', ((d.user + d.system) / 1000).toFixed(0)); };
for (let i = 0; i < 2; i++) {
  await measured(`127.0.0.1:${port}`, 'plain ');
  await measured(fixture.server.address, 'engine');
}
process.exit(0);
