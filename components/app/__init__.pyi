from .component import App as App
