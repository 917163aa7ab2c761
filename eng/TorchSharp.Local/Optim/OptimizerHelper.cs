namespace TorchSharp.Modules;

/// <summary>What all optimizers have in common: groups, the states of their parameters, and both in files.</summary>
public abstract class OptimizerHelper : torch.optim.Optimizer
{
    private readonly Dictionary<Parameter, OptimizerState> _states = new(ReferenceEqualityComparer.Instance);

    private protected OptimizerHelper()
    {
    }

    public virtual StateDictionary state_dict()
    {
        var dictionary = new StateDictionary();
        foreach (ParamGroup group in _parameter_groups)
        {
            dictionary.Options.Add(group.Options);
            dictionary.State.AddRange(group.Parameters.Select(parameter => _states[parameter]));
        }
        return dictionary;
    }

    public virtual void load_state_dict(StateDictionary state_dict)
    {
        StateDictionary own = this.state_dict();
        RequireSize(own, state_dict.Options.Count, state_dict.State.Count);
        for (int i = 0; i < own.Options.Count; i++)
        {
            own.Options[i].LoadStateDict(state_dict.Options[i]);
        }
        for (int i = 0; i < own.State.Count; i++)
        {
            own.State[i].LoadStateDict(state_dict.State[i]);
        }
    }

    /// <summary>The optimizer's name, the counts of groups and states as LEB128, the options, the states.</summary>
    public void save_state_dict(BinaryWriter writer)
    {
        StateDictionary own = state_dict();
        writer.Write(GetType().Name);
        writer.Write7BitEncodedInt64(own.Options.Count);
        writer.Write7BitEncodedInt64(own.State.Count);
        own.Options.ForEach(options => options.SaveStateDict(writer));
        own.State.ForEach(state => state.SaveStateDict(writer));
    }

    public void load_state_dict(BinaryReader reader)
    {
        string name = reader.ReadString();
        if (name != GetType().Name)
        {
            throw new InvalidDataException($"Mismatched optimizer type: expected '{GetType().Name}', but found '{name}' in the loaded stream.");
        }
        StateDictionary own = state_dict();
        RequireSize(own, reader.Read7BitEncodedInt64(), reader.Read7BitEncodedInt64());
        own.Options.ForEach(options => options.LoadStateDict(reader));
        own.State.ForEach(state => state.LoadStateDict(reader));
    }

    protected override void Dispose(bool disposing)
    {
        foreach (OptimizerState state in _states.Values)
        {
            state.Release();
        }
        _states.Clear();
        base.Dispose(disposing);
    }

    /// <summary>Runs the closure with gradients on, then the update of every group with gradients off.</summary>
    private protected torch.Tensor? Step(Action<ParamGroup> update, Func<torch.Tensor>? closure)
    {
        torch.Tensor? loss = null;
        if (closure is not null)
        {
            using IDisposable enabled = torch.set_grad_enabled();
            loss = closure();
        }
        using IDisposable disabled = torch.no_grad();
        using DisposeScope scope = torch.NewDisposeScope();
        foreach (ParamGroup group in _parameter_groups)
        {
            update(group);
        }
        return loss;
    }

    private protected OptimizerState StateOf(Parameter parameter) => _states[parameter];

    private protected void AddGroup(ParamGroup group, Func<Parameter, OptimizerState> newState)
    {
        group.Options.InitialLearningRate = group.LearningRate;
        _parameter_groups.Add(group);
        foreach (Parameter parameter in group.Parameters)
        {
            OptimizerState state = newState(parameter);
            state.Initialize(group.Options);
            _states[parameter] = state;
        }
    }

    private static void RequireSize(StateDictionary own, long groups, long states)
    {
        if (groups != own.Options.Count || states != own.State.Count)
        {
            throw new ArgumentException("Invalid optimizer state -- different number of parameter groups or states.");
        }
    }
}
