// swift-tools-version: 6.2
// A package of its own, as a user's: it has what the library makes public, and nothing else.
import PackageDescription

let package = Package(
    name: "Spirals",
    platforms: [.macOS(.v15)],
    dependencies: [.package(name: "harmonize", path: "../..")],
    targets: [
        .executableTarget(name: "spirals", dependencies: [.product(name: "NeuralNet", package: "harmonize")])
    ],
    swiftLanguageModes: [.v6]
)
