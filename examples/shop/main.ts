import { App } from 'cdk8s';
import { Shop } from './chart';

const app = new App();
new Shop(app, 'shop');
app.synth();
