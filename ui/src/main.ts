/** Where the page begins. */
import { mount } from 'svelte'
import App from './App.svelte'
import { startRouter } from './router.svelte'
import { themes } from './state/theme.svelte'
import './styles/app.css'

themes.start()
startRouter()
mount(App, { target: document.getElementById('app')! })
