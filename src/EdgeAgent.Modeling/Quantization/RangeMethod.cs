namespace EdgeAgent.Modeling.Quantization;

/// <summary>How the range of a value is chosen from what calibration saw of it.</summary>
internal enum RangeMethod
{
    /// <summary>All of it.</summary>
    MinMax,
    /// <summary>All but one number in two thousand at each end.</summary>
    Percentile,
    /// <summary>The range whose 8 bits lose the least, by mean squared error.</summary>
    Mse,
}
