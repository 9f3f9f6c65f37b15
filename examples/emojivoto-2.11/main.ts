import { App } from 'cdk8s';
import { GuideJail } from './chart';

const app = new App();
new GuideJail(app, 'emojivoto');
app.synth();
