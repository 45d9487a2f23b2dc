/** Opens the storage at the path given, and prints what it is refused with: for tests that need other rights than root's. */
import { openStore } from '../../../src/store/open-store.ts'
import { StorageError } from '../../../src/store/storage-error.ts'

try {
  openStore({ path: process.argv[2] ?? '' }).close()
  console.log('opened')
} catch (error) {
  console.log(error instanceof StorageError ? `${error.code}: ${error.message}` : String(error))
}
