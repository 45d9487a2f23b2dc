/** Which of the versions that Debian has: the oldest that we support, or the newest that can be had. */
export type Age = 'oldest' | 'newest'
