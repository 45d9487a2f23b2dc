import { describe, expect, it } from 'vitest'
import { findOwnContainerIds } from '../../../src/docker/own-container.ts'

const ID = 'a1'.repeat(32)
const OTHER = 'b2'.repeat(32)
const nothing = { hostname: 'web1', mountinfo: '', cgroup: '' }
const mount = (id: string, target: string) =>
  `612 601 254:1 /var/lib/docker/containers/${id}/hostname ${target} rw,relatime - ext4 /dev/vda1 rw`

describe('the container that this process runs in', () => {
  it('is found in the mounts that Docker makes, however the host name was set', () => {
    const mountinfo = ['600 599 0:52 / / rw - overlay overlay rw', mount(ID, '/etc/hostname')].join('\n')
    expect(findOwnContainerIds({ ...nothing, mountinfo })).toEqual([ID])
  })

  it('is not a container whose files the host has mounted elsewhere', () => {
    const shm = `70 25 0:48 / /var/lib/docker/containers/${OTHER}/mounts/shm rw - tmpfs shm rw`
    const mountinfo = [shm, mount(OTHER, '/mnt/inspected')].join('\n')
    expect(findOwnContainerIds({ ...nothing, mountinfo })).toEqual([])
  })

  it.each([`12:pids:/docker/${ID}`, `0::/system.slice/docker-${ID}.scope`, `0::/docker/${ID}/init`])(
    'is found in the control group %j',
    (cgroup) => {
      expect(findOwnContainerIds({ ...nothing, cgroup })).toEqual([ID])
    },
  )

  it('is found by a host name that is the start of an id', () => {
    expect(findOwnContainerIds({ ...nothing, hostname: ID.slice(0, 12) })).toEqual([ID.slice(0, 12)])
  })

  it('is none on a plain machine', () => {
    expect(findOwnContainerIds({ ...nothing, cgroup: '0::/user.slice/user-0.slice/session-1.scope' })).toEqual([])
  })
})
