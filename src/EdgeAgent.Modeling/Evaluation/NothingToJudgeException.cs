namespace EdgeAgent.Modeling.Evaluation;

/// <summary>A recording ends before anything of it is judged. Of many recordings it is left out; alone it is an error.</summary>
public sealed class NothingToJudgeException : ModelingException
{
    public NothingToJudgeException() { }

    public NothingToJudgeException(string message) : base(message) { }

    public NothingToJudgeException(string message, Exception inner) : base(message, inner) { }
}
