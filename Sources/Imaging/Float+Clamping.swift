extension Float {
    /// The value as a colour or a mask may have it: 0 below 0, 1 above 1, and 0 where it is not a number.
    package var clampedToUnit: Float { self > 0 ? min(self, 1) : 0 }
}
