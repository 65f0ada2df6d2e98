import "./arena";
import "./collector";
