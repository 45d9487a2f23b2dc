import { createServer } from 'node:net'

/** Services whose ports are published on 127.0.0.1. */
export const publishedServices = [
  'prometheus',
  'alertmanager',
  'selfheal',
  'pager',
  'shop',
  'stock',
  'pricing',
  'reviews',
  'payment',
] as const

/** One of `publishedServices`. */
export type PublishedService = (typeof publishedServices)[number]

/** Where each service is reached, without a trailing slash. */
export type Addresses = Readonly<Record<PublishedService, string>>

/** The ports of all published services. */
export type Ports = Readonly<Record<PublishedService, number>>

/** Finds a free port for each service. All are held open until the last is found, so no two are the same. */
export async function findFreePorts(): Promise<Ports> {
  const servers = publishedServices.map(() => createServer())
  try {
    const found = await Promise.all(servers.map(listen))
    const portOf = (service: PublishedService) => found[publishedServices.indexOf(service)] ?? 0
    return mapServices(portOf)
  } finally {
    for (const server of servers) server.close()
  }
}

/** The addresses that belong to ports. */
export function addressesOf(ports: Ports): Addresses {
  return mapServices((service) => `http://127.0.0.1:${ports[service]}`)
}

/** The variables of compose.yml that belong to ports. */
export function portVariables(ports: Ports): Readonly<Record<string, string>> {
  return Object.fromEntries(
    publishedServices.map((service) => [`SELFHEAL_DEMO_${service.toUpperCase()}_PORT`, String(ports[service])]),
  )
}

function mapServices<T>(of: (service: PublishedService) => T): Record<PublishedService, T> {
  return {
    prometheus: of('prometheus'),
    alertmanager: of('alertmanager'),
    selfheal: of('selfheal'),
    pager: of('pager'),
    shop: of('shop'),
    stock: of('stock'),
    pricing: of('pricing'),
    reviews: of('reviews'),
    payment: of('payment'),
  }
}

function listen(server: ReturnType<typeof createServer>): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      resolve(typeof address === 'object' && address !== null ? address.port : 0)
    })
  })
}
