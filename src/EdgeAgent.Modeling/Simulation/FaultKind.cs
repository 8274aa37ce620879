namespace EdgeAgent.Modeling.Simulation;

/// <summary>What can go wrong with a simulated machine or its sensor.</summary>
internal enum FaultKind
{
    None,
    /// <summary>A pit in the outer race of a bearing: each ball knocks once as it passes.</summary>
    OuterRace,
    /// <summary>A pit in the inner race, which turns through the loaded zone.</summary>
    InnerRace,
    /// <summary>Mass off the axis: once a turn.</summary>
    Imbalance,
    /// <summary>Shafts that do not meet: twice a turn above all, and along the axis.</summary>
    Misalignment,
    /// <summary>A loose foot: many harmonics, halves of them, knocks.</summary>
    Looseness,
    /// <summary>Rotor touches housing for a part of each turn.</summary>
    Rub,
    /// <summary>The sensor's range ends too early.</summary>
    ClippedSensor,
    /// <summary>The sensor has come loose: it follows slow movement only, and rattles.</summary>
    LooseSensor,
}
