using EdgeAgent.Modeling.Training;

namespace EdgeAgent.Modeling.Recipes.Vibration;

/// <summary>
/// Puts a change into a window's calibrated features: the recipe's picture of what a fault may do to them. It knows which
/// features go together, and no fault.
/// </summary>
internal sealed class InventedChange(int axes, int bands)
{
    private const int Std = 0, Peak = 1, Kurtosis = 2, Crest = 3, FirstBand = 4;
    private const double Smallest = 1.5, Largest = 20;

    private enum Shape { Louder, Knocking, Duller, Anything }

    public void Insert(Span<float> z, SplittableRandom random)
    {
        var shape = random.Uniform() switch
        {
            < 0.45 => Shape.Louder, < 0.75 => Shape.Knocking, < 0.85 => Shape.Duller, _ => Shape.Anything,
        };
        var size = random.LogUniform(Smallest, Largest);
        var strongest = random.Below(axes);
        for (var axis = 0; axis < axes; axis++)
            Change(z, axis, shape, size * (axis == strongest ? 1 : random.Uniform()), random);
    }

    private void Change(Span<float> z, int axis, Shape shape, double size, SplittableRandom random)
    {
        switch (shape)
        {
            case Shape.Louder:
                RaiseBands(z, axis, 1 + random.Below(4), size, random);
                Add(z, axis, Std, size * random.Uniform());
                Add(z, axis, Peak, size * random.Uniform());
                break;
            case Shape.Knocking:
                RaiseBands(z, axis, random.Below(6), size * random.Uniform(), random);
                Add(z, axis, Kurtosis, size * random.Uniform(0.3, 1));
                Add(z, axis, Crest, size * random.Uniform(0.3, 1));
                Add(z, axis, Peak, size * random.Uniform(0.2, 1));
                Add(z, axis, Std, size * random.Uniform(0, 0.5));
                break;
            case Shape.Duller:
                Add(z, axis, random.Uniform() < 0.5 ? Kurtosis : Std, -size);
                Add(z, axis, random.Uniform() < 0.5 ? Crest : Peak, -size * random.Uniform());
                RaiseBands(z, axis, random.Below(bands), -size * random.Uniform(), random);
                break;
            default:
                for (var n = 1 + random.Below(4); n > 0; n--)
                    Add(z, axis, random.Below(FirstBand + bands), random.Uniform() < 0.5 ? size : -size);
                break;
        }
    }

    /// <summary>Neighbouring bands: a resonance or a harmonic rarely keeps to one.</summary>
    private void RaiseBands(Span<float> z, int axis, int count, double size, SplittableRandom random)
    {
        var first = random.Below(bands);
        for (var b = first; b < Math.Min(bands, first + count); b++)
            Add(z, axis, FirstBand + b, size * random.Uniform(0.4, 1));
    }

    private void Add(Span<float> z, int axis, int statistic, double by) => z[statistic * axes + axis] += (float)by;
}
