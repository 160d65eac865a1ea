// Runs first in the server's page.
import { Site } from './site.js';

// For whoever drives the page from outside: tests, and the console.
window.site = new Site(document.getElementById('app'));
