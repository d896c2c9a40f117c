// A real PDS with a directory of its own, in memory, for loopback only. Prints one line of JSON when both listen, and
// ends when its standard input does. Run from the folder into which its packages were installed.
import { createRequire } from 'node:module'
import net from 'node:net'
import { pathToFileURL } from 'node:url'

// Its servers would listen on every interface: nobody else on the network is to reach them.
const listen = net.Server.prototype.listen
net.Server.prototype.listen = function (...given) {
  const wanted = typeof given[0] === 'object' ? given[0] : { port: given[0] ?? 0 }
  const then = given.filter((each) => typeof each === 'function')
  return listen.call(this, { ...wanted, host: '127.0.0.1' }, ...then)
}

const freePort = () =>
  new Promise((found) => {
    const server = net.createServer().listen(0, () => {
      const { port } = server.address()
      server.close(() => found(port))
    })
  })

const installed = createRequire(`${process.cwd()}/package.json`)
const { TestNetworkNoAppView } = await import(pathToFileURL(installed.resolve('@atproto/dev-env')).href)
const network = await TestNetworkNoAppView.create({
  pds: { port: await freePort(), hostname: 'localhost' },
  plc: { port: await freePort() },
})
console.log(JSON.stringify({ pds: network.pds.url }))

process.stdin.resume()
process.stdin.on('end', async () => {
  await network.close()
  process.exit(0)
})
