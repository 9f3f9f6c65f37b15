import { App } from 'cdk8s';
import { JailedEmojivoto } from './chart';

const app = new App();
new JailedEmojivoto(app, 'emojivoto');
app.synth();
