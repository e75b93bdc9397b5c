import { expose } from 'comlink'
import { createSession } from './session.js'

expose(createSession())
