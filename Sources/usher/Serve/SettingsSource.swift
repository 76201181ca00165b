import Configuration
import Engine

/// A place where settings come from.
struct SettingsSource {
    var name: String
    var provider: any ConfigProvider
}
