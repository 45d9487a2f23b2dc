/** An inspected container without what two containers of the same making differ in. */
import type Dockerode from 'dockerode'

type Networks = Dockerode.ContainerInspectInfo['NetworkSettings']['Networks']

/** What two containers of the same making have in common: configuration, limits, networks as asked for, mounts. */
export function comparable(inspected: Dockerode.ContainerInspectInfo): object {
  const { Config, HostConfig, NetworkSettings, Image, Name, Path, Args, Platform, Driver } = inspected
  const short = inspected.Id.slice(0, 12)
  const { 'selfheal.replaces': _replaces, 'selfheal.replaces.ran': _ran, ...Labels } = Config.Labels
  return {
    ...{ Image, Name, Path, Args, Platform, Driver },
    Config: { ...Config, Labels, Hostname: Config.Hostname === short ? 'made up' : Config.Hostname },
    // Anonymous volumes are named afterwards: they are compared as what is mounted.
    HostConfig: { ...HostConfig, Mounts: undefined },
    mounts: volumesByPlace(inspected),
    networks: asked(NetworkSettings.Networks, short),
    restarts: inspected.RestartCount,
  }
}

/** The names of the mounted volumes, or the sources of the binds, by place. */
export function volumesByPlace({ Mounts }: Pick<Dockerode.ContainerInspectInfo, 'Mounts'>): object {
  return Object.fromEntries(Mounts.map(({ Destination, Name, Source }) => [Destination, Name ?? Source]))
}

function asked(networks: Networks, short: string): object {
  return Object.fromEntries(
    Object.entries(networks).map(([network, { Aliases, Links, IPAMConfig }]) => {
      const aliases = (Aliases ?? []).filter((alias: string) => alias !== short)
      return [network, { aliases, Links, address: IPAMConfig?.IPv4Address }]
    }),
  )
}
